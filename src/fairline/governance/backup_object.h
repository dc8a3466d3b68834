// One sealed object that several backups share (a model bundle's file, a segment of PostgreSQL's
// log), with the key that opens it:
//
//   "fairline-object-1 TIME BASE64\n" || sealed stream (crypto/sealed_stream.h)
//
// BASE64 is the object's own key, wrapped by a master key for this name and this time: an object
// cannot pass for another one or for a younger one.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "fairline/core/result.h"
#include "fairline/crypto/keyring.h"
#include "fairline/storage/object_store.h"

namespace fairline {

/// Durable when it returns.
Status PutSealedObject(ObjectStore& store, Keyring& keyring, std::string_view key,
                       std::string_view bytes, int64_t now_micros);

struct OpenedObject {
  std::string bytes;
  int64_t sealed_at_micros = 0;
};

/// kNotFound; kDataLoss names the object; kFailedPrecondition names the master key that is needed.
Result<OpenedObject> GetSealedObject(ObjectStore& store, Keyring& keyring, std::string_view key);
/// The same for bytes that are here.
Result<OpenedObject> OpenSealedObject(Keyring& keyring, std::string_view key,
                                      std::string_view sealed);

}  // namespace fairline
