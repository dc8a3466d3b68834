// A block is sent on only when a byte beyond it is known, so that the last one carries its flag,
// whatever the slices in which the bytes come. An empty stream is one empty block.
#include "fairline/crypto/sealed_stream.h"

#include <array>
#include <cstdint>

#include "fairline/core/check.h"
#include "fairline/core/random.h"
#include "fairline/crypto/gcm.h"

namespace fairline {
namespace {

constexpr std::string_view kMagic = "fairline-sealed-1\n";
constexpr size_t kSaltBytes = 16;
constexpr size_t kPrefixBytes = 7;
constexpr size_t kPlainBytes = 64 * 1024;
constexpr size_t kBlockBytes = kPlainBytes + kGcmTagBytes;

/// Key and nonces of one stream.
class BlockKeys {
 public:
  BlockKeys(const SecretKey& key, std::string_view salt)
      : key_(key.Derive("sealed stream key " + std::string(salt))),
        prefix_(key.Derive("sealed stream nonce " + std::string(salt)).bytes(), 0, kPrefixBytes) {}

  const SecretKey& key() const { return key_; }

  /// kTooLarge after 2^32 blocks: a nonce never comes twice.
  Result<std::string> NextNonce(bool last) {
    if (next_ > UINT32_MAX) {
      return Fail(ErrorCode::kTooLarge, "a sealed stream holds at most 256 TiB");
    }
    std::string nonce = prefix_;
    for (int shift = 24; shift >= 0; shift -= 8) nonce += static_cast<char>(next_ >> shift & 255);
    nonce += last ? '\1' : '\0';
    ++next_;
    return nonce;
  }

 private:
  SecretKey key_;
  std::string prefix_;
  uint64_t next_ = 0;
};

std::unexpected<Error> NotGenuine(std::string_view what) {
  return Fail(ErrorCode::kDataLoss, std::string(what));
}

/// Appends bytes to `pending` and gives every whole block to `take`, except one that may be the
/// last. Blocks inside `bytes` are not copied.
template <typename Take>
Status EachWholeBlock(std::string& pending, std::string_view bytes, size_t block_bytes,
                      const Take& take) {
  if (!pending.empty()) {
    const size_t missing = block_bytes - pending.size();
    pending += bytes.substr(0, missing);
    bytes.remove_prefix(std::min(missing, bytes.size()));
    if (bytes.empty()) return {};
    FAIRLINE_TRY(take(std::string_view(pending)));
    pending.clear();
  }
  while (bytes.size() > block_bytes) {
    FAIRLINE_TRY(take(bytes.substr(0, block_bytes)));
    bytes.remove_prefix(block_bytes);
  }
  pending = bytes;
  return {};
}

}  // namespace

struct StreamSealer::State {
  Status Begin() {
    if (begun) return {};
    begun = true;
    return sink(std::string(kMagic) + salt);
  }
  Status Block(std::string_view plain, bool last) {
    std::string sealed;
    sealed.reserve(kBlockBytes);
    GcmSeal(keys.key(), FAIRLINE_TRY(keys.NextNonce(last)), {}, plain, sealed);
    return sink(sealed);
  }

  std::string salt;
  BlockKeys keys;
  ByteSink sink;
  bool begun = false, finished = false;
  std::string pending;
};

StreamSealer::StreamSealer(const SecretKey& key, ByteSink sink) {
  std::string salt(kSaltBytes, '\0');
  FillWithEntropy(salt.data(), salt.size());
  state_ = std::make_unique<State>(salt, BlockKeys(key, salt), std::move(sink));
}

StreamSealer::~StreamSealer() = default;

Status StreamSealer::Write(std::string_view bytes) {
  FAIRLINE_CHECK(!state_->finished, "nothing follows the last block");
  FAIRLINE_TRY(state_->Begin());
  return EachWholeBlock(state_->pending, bytes, kPlainBytes,
                        [&](std::string_view plain) { return state_->Block(plain, false); });
}

Status StreamSealer::Finish() {
  FAIRLINE_CHECK(!state_->finished, "a stream ends once");
  state_->finished = true;
  FAIRLINE_TRY(state_->Begin());
  return state_->Block(state_->pending, true);
}

struct StreamOpener::State {
  /// Takes what `sealed` holds of the header.
  Status Begin(std::string_view& sealed) {
    constexpr size_t kHeaderBytes = kMagic.size() + kSaltBytes;
    const size_t missing = kHeaderBytes - header.size();
    header += sealed.substr(0, missing);
    sealed.remove_prefix(std::min(missing, sealed.size()));
    const size_t compared = std::min(header.size(), kMagic.size());
    if (header.compare(0, compared, kMagic, 0, compared) != 0) {
      return NotGenuine("this is not a file sealed by fairline");
    }
    if (header.size() == kHeaderBytes) keys.emplace(key, header.substr(kMagic.size()));
    return {};
  }
  Status Block(std::string_view sealed, bool last) {
    const auto plain = GcmOpen(keys->key(), FAIRLINE_TRY(keys->NextNonce(last)), {}, sealed);
    if (!plain) {
      return NotGenuine(
          last ? "a sealed file is cut off, was changed, or was sealed with another key"
               : "a sealed file was changed, or was sealed with another key");
    }
    return sink(*plain);
  }

  SecretKey key;
  ByteSink sink;
  std::string header;
  std::optional<BlockKeys> keys = std::nullopt;  // known after the header
  std::string pending;
  bool failed = false;
};

StreamOpener::StreamOpener(const SecretKey& key, ByteSink sink)
    : state_(std::make_unique<State>(key, std::move(sink))) {}

StreamOpener::~StreamOpener() = default;

Status StreamOpener::Write(std::string_view sealed) {
  FAIRLINE_CHECK(!state_->failed, "a stream that failed is not read on");
  state_->failed = true;  // until this call has ended well
  if (!state_->keys) FAIRLINE_TRY(state_->Begin(sealed));
  FAIRLINE_TRY(EachWholeBlock(state_->pending, sealed, kBlockBytes,
                              [&](std::string_view block) { return state_->Block(block, false); }));
  state_->failed = false;
  return {};
}

Status StreamOpener::Finish() {
  FAIRLINE_CHECK(!state_->failed, "a stream that failed is not read on");
  state_->failed = true;  // it ends once
  if (!state_->keys) return NotGenuine("a sealed file is cut off at its beginning");
  return state_->Block(state_->pending, true);
}

}  // namespace fairline
