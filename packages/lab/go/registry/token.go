package main

import (
	"crypto/ecdsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"math/big"
	"os"
	"slices"
	"strings"
	"time"
)

func readSigner(file string) (*ecdsa.PublicKey, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, fmt.Errorf("%s: expected a certificate in PEM", file)
	}
	certificate, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return nil, err
	}
	key, isElliptic := certificate.PublicKey.(*ecdsa.PublicKey)
	if !isElliptic {
		return nil, fmt.Errorf("%s: expected the certificate of an elliptic key", file)
	}
	return key, nil
}

type claims struct {
	Issuer    string   `json:"iss"`
	Audience  string   `json:"aud"`
	Expires   int64    `json:"exp"`
	NotBefore int64    `json:"nbf"`
	Access    []access `json:"access"`
}

// judgeToken answers with the error of RFC 6750 that a token earns, or with nothing.
func judgeToken(token string, signer *ecdsa.PublicKey, options accessOptions, needed []access) string {
	held, isValid := readToken(token, signer)
	now := time.Now().Unix()
	if !isValid || held.Issuer != options.issuer || held.Audience != options.service ||
		now < held.NotBefore || now >= held.Expires {
		return "invalid_token"
	}
	for _, each := range needed {
		if !slices.ContainsFunc(held.Access, func(one access) bool { return allows(one, each) }) {
			return "insufficient_scope"
		}
	}
	return ""
}

func allows(held, needed access) bool {
	return held.Type == needed.Type && held.Name == needed.Name &&
		!slices.ContainsFunc(needed.Actions, func(action string) bool {
			return !slices.Contains(held.Actions, action)
		})
}

// readToken proves the signature of a JSON Web Token (RFC 7515, ES256) and reads its claims.
func readToken(token string, signer *ecdsa.PublicKey) (claims, bool) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return claims{}, false
	}
	var header struct {
		Algorithm string `json:"alg"`
	}
	var held claims
	signature, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil || len(signature) != 64 || !decode(parts[0], &header) || header.Algorithm != "ES256" {
		return claims{}, false
	}
	digest := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	r, s := new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])
	if !ecdsa.Verify(signer, digest[:], r, s) || !decode(parts[1], &held) {
		return claims{}, false
	}
	return held, true
}

func decode(part string, into any) bool {
	text, err := base64.RawURLEncoding.DecodeString(part)
	return err == nil && json.Unmarshal(text, into) == nil
}
