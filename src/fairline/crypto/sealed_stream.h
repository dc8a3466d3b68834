// Encryption of a stream of any length in blocks (the STREAM construction of Hoang, Reyhanitabar,
// Rogaway and Vizar, 2015): a block that is changed, left out, moved or cut off at the end is
// found.
//
//   "fairline-sealed-1\n" || 16 random bytes || blocks
//   block: AES-256-GCM of up to 64 KiB, nonce = 7 bytes derived from the random ones || counter ||
//   last-block flag; the key is derived from the caller's with the random bytes.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "fairline/core/result.h"
#include "fairline/crypto/secret_key.h"

namespace fairline {

using ByteSink = std::function<Status(std::string_view bytes)>;

class StreamSealer {
 public:
  /// Sealed bytes go to `sink` as they come.
  StreamSealer(const SecretKey& key, ByteSink sink);
  ~StreamSealer();
  Status Write(std::string_view bytes);
  /// The last block. Nothing is complete without it.
  Status Finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

class StreamOpener {
 public:
  /// Plain bytes go to `sink` as their blocks prove genuine.
  StreamOpener(const SecretKey& key, ByteSink sink);
  ~StreamOpener();
  /// kDataLoss when a block is not what was sealed.
  Status Write(std::string_view sealed);
  /// kDataLoss when the end is missing.
  Status Finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace fairline
