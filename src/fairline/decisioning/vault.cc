// Contexts name the row a sealed value belongs to.
#include "fairline/decisioning/vault.h"

#include <fmt/format.h>

#include "fairline/core/encoding.h"
#include "fairline/crypto/keyed_hash.h"
#include "fairline/crypto/seal.h"
#include "fairline/storage/data_key.h"

namespace fairline {
namespace {

std::string KeyContext(std::string_view applicant_id) {
  return std::string("applicants.key/").append(applicant_id);
}

std::string ReferenceContext(std::string_view applicant_id) {
  return std::string("applicants.reference/").append(applicant_id);
}

}  // namespace

Result<std::unique_ptr<Vault>> Vault::Open(Database& database, Keyring& keyring) {
  const SecretKey index_key = FAIRLINE_TRY(DataKey(database, keyring, "subject-index"));
  return std::unique_ptr<Vault>(new Vault(keyring, index_key));
}

Vault::Vault(Keyring& keyring, const SecretKey& index_key)
    : keyring_(keyring),
      references_(index_key.Derive("fairline reference index")),
      requests_(index_key.Derive("fairline request digest")),
      erasures_(index_key.Derive("fairline erasure token")),
      cache_(index_key.Derive("fairline cache")) {}

// The product's length keeps two pairs from running into one text.
std::string Vault::ReferenceIndex(std::string_view product, std::string_view external_ref) const {
  return KeyedHash(references_, fmt::format("{}:{}{}", product.size(), product, external_ref));
}

std::string Vault::RequestDigest(std::string_view request_sha256) const {
  return ToHex(KeyedHash(requests_, request_sha256));
}

std::string Vault::ErasureToken(std::string_view applicant_id) const {
  return KeyedHash(erasures_, applicant_id);
}

std::string Vault::WrapKey(const SecretKey& key, std::string_view applicant_id) const {
  return keyring_.Wrap(key, KeyContext(applicant_id));
}

Result<SecretKey> Vault::UnwrapKey(std::string_view wrapped, std::string_view applicant_id) {
  return keyring_.Unwrap(wrapped, KeyContext(applicant_id));
}

std::string Vault::SealReference(const SecretKey& key, std::string_view external_ref,
                                 std::string_view applicant_id) {
  return Seal(key, external_ref, ReferenceContext(applicant_id));
}

Result<std::string> Vault::OpenReference(const SecretKey& key, std::string_view sealed,
                                         std::string_view applicant_id) {
  return Unseal(key, sealed, ReferenceContext(applicant_id));
}

}  // namespace fairline
