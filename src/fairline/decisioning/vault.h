// What keeps applicants' data to those who may see them: each applicant has a data key, wrapped by
// the master key; destroying it is erasure. References are found by a keyed hash, never stored in
// clear.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "fairline/core/result.h"
#include "fairline/crypto/keyring.h"
#include "fairline/storage/database.h"

namespace fairline {

class Vault {
 public:
  /// Reads the installation's index key, which is made on first use. References outlive the vault.
  static Result<std::unique_ptr<Vault>> Open(Database& database, Keyring& keyring);

  /// 32 bytes under which the applicant of that reference is found.
  std::string ReferenceIndex(std::string_view product, std::string_view external_ref) const;
  /// The digest of a request as it may be stored: 64 hexadecimal digits.
  std::string RequestDigest(std::string_view request_sha256) const;
  /// For values in a cache outside the process.
  const SecretKey& CacheKey() const { return cache_; }
  /// What stands for an applicant in the list of the erased: 32 bytes.
  std::string ErasureToken(std::string_view applicant_id) const;

  std::string WrapKey(const SecretKey& key, std::string_view applicant_id) const;
  Result<SecretKey> UnwrapKey(std::string_view wrapped, std::string_view applicant_id);
  /// True when the key is wrapped by a master key that is not the active one.
  bool NeedsRewrap(std::string_view wrapped) const { return keyring_.NeedsRewrap(wrapped); }

  /// The external_ref of the applicant, sealed, and back.
  static std::string SealReference(const SecretKey& key, std::string_view external_ref,
                                   std::string_view applicant_id);
  static Result<std::string> OpenReference(const SecretKey& key, std::string_view sealed,
                                           std::string_view applicant_id);

 private:
  Vault(Keyring& keyring, const SecretKey& index_key);

  Keyring& keyring_;
  const SecretKey references_, requests_, erasures_, cache_;
};

}  // namespace fairline
