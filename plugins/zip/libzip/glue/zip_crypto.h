/* The cryptography that libzip asks for, implemented in src/crypto.rs. */
#ifndef HAD_ZIP_CRYPTO_H
#define HAD_ZIP_CRYPTO_H

#define ZIP_CRYPTO_SHA1_LENGTH 20
#define ZIP_CRYPTO_AES_BLOCK_LENGTH 16
#define HAVE_SECURE_RANDOM

typedef struct howdah_aes _zip_crypto_aes_t;
typedef struct howdah_hmac _zip_crypto_hmac_t;

_zip_crypto_aes_t *_zip_crypto_aes_new(const zip_uint8_t *key, zip_uint16_t key_bits, zip_error_t *error);
bool _zip_crypto_aes_encrypt_block(_zip_crypto_aes_t *aes, const zip_uint8_t *in, zip_uint8_t *out);
void _zip_crypto_aes_free(_zip_crypto_aes_t *aes);

_zip_crypto_hmac_t *_zip_crypto_hmac_new(const zip_uint8_t *secret, zip_uint64_t length, zip_error_t *error);
bool _zip_crypto_hmac(_zip_crypto_hmac_t *hmac, const zip_uint8_t *data, zip_uint64_t length);
bool _zip_crypto_hmac_output(_zip_crypto_hmac_t *hmac, zip_uint8_t *out);
void _zip_crypto_hmac_free(_zip_crypto_hmac_t *hmac);

bool _zip_crypto_pbkdf2(const zip_uint8_t *key, zip_uint64_t key_length, const zip_uint8_t *salt, zip_uint16_t salt_length,
                        zip_uint32_t iterations, zip_uint8_t *out, zip_uint16_t out_length);

#endif
