package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"time"
)

const year = 365 * 24 * time.Hour

// Pair is a certificate and its key, both as PEM.
type Pair struct {
	Certificate []byte
	Key         []byte
}

func readPair(path string) (Pair, error) {
	certificate, err := os.ReadFile(path + ".crt")
	if err != nil {
		return Pair{}, err
	}
	key, err := os.ReadFile(path + ".key")
	return Pair{certificate, key}, err
}

func (pair Pair) write(path string) error {
	if err := write(path+".crt", pair.Certificate); err != nil {
		return err
	}
	return write(path+".key", pair.Key)
}

func newAuthority(name string) (Pair, error) {
	template := &x509.Certificate{
		Subject:               pkix.Name{CommonName: name},
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	return sign(template, nil, 10*year)
}

// client is a certificate to log in with, as a user in groups.
func (authority Pair) client(user string, groups ...string) (Pair, error) {
	return sign(&x509.Certificate{
		Subject:     pkix.Name{CommonName: user, Organization: groups},
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}, &authority, year)
}

// serving is a certificate to be recognised by; a name that is an address becomes one.
func (authority Pair) serving(name string, names ...string) (Pair, error) {
	template := &x509.Certificate{
		Subject:     pkix.Name{CommonName: name},
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	for _, each := range names {
		if address := net.ParseIP(each); address != nil {
			template.IPAddresses = append(template.IPAddresses, address)
		} else {
			template.DNSNames = append(template.DNSNames, each)
		}
	}
	return sign(template, &authority, year)
}

func sign(template *x509.Certificate, authority *Pair, lasts time.Duration) (Pair, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return Pair{}, err
	}
	issuer, issuerKey := template, key
	if authority != nil {
		if issuer, issuerKey, err = authority.parse(); err != nil {
			return Pair{}, err
		}
	}
	if template.SerialNumber, err = rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 100)); err != nil {
		return Pair{}, err
	}
	template.NotBefore = time.Now().Add(-time.Hour)
	template.NotAfter = time.Now().Add(lasts)
	signed, err := x509.CreateCertificate(rand.Reader, template, issuer, &key.PublicKey, issuerKey)
	if err != nil {
		return Pair{}, err
	}
	encoded, err := keyPEM(key)
	return Pair{pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: signed}), encoded}, err
}

func (authority Pair) parse() (*x509.Certificate, *ecdsa.PrivateKey, error) {
	block, _ := pem.Decode(authority.Certificate)
	keyBlock, _ := pem.Decode(authority.Key)
	if block == nil || keyBlock == nil {
		return nil, nil, fmt.Errorf("an authority is not PEM")
	}
	certificate, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return nil, nil, err
	}
	key, err := x509.ParseECPrivateKey(keyBlock.Bytes)
	return certificate, key, err
}

func keyPEM(key *ecdsa.PrivateKey) ([]byte, error) {
	encoded, err := x509.MarshalECPrivateKey(key)
	return pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: encoded}), err
}

func newKey() ([]byte, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	return keyPEM(key)
}
