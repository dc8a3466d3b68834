// A checkpoint: a signed statement of how many events the ledger held and what the root over them
// was. It is a C2SP tlog-checkpoint in a signed note, so that tools of other people read it too:
//
//   fairline                                        origin
//   20852163                                        tree size
//   CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=    root
//   time 2026-11-21T10:41:00.123456Z                when it was signed
//   previous 20842163                               tree size of the checkpoint before it
//
//   (em dash) fairline Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGz...
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "fairline/core/result.h"
#include "fairline/crypto/secret_key.h"

namespace fairline {

struct Checkpoint {
  std::string origin;
  int64_t tree_size = 0;
  std::string root;           // 32 bytes
  int64_t signed_micros = 0;  // by the signer's wall clock
  int64_t previous_size = 0;  // 0: it is the first
};

/// Who signs: the note format's name and key.
struct CheckpointVerifier {
  std::string origin;
  std::string public_key;  // 32 bytes

  /// `ORIGIN+HASH+KEY`, the note format's text of it.
  std::string Text() const;
  /// kInvalidArgument when it is something else.
  static Result<CheckpointVerifier> Parse(std::string_view text);
};

/// kInvalidArgument for an origin the note format cannot hold: empty, or with blanks or "+".
Status CheckOrigin(std::string_view origin);

std::string SignCheckpoint(const Checkpoint& checkpoint, const SecretKey& private_key);

/// The checkpoint of a note that the verifier's key has signed; lines of other signers are left
/// alone. kDataLoss when the signature is missing or wrong or the text is no checkpoint of ours.
Result<Checkpoint> OpenCheckpoint(std::string_view note, const CheckpointVerifier& verifier);

/// The same without a look at the signatures.
Result<Checkpoint> ReadCheckpoint(std::string_view note);

}  // namespace fairline
