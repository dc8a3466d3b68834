// The key that checkpoints are checked by: one that was kept elsewhere, or else the store's own.
#pragma once

#include <optional>
#include <string>

#include "fairline/core/config.h"
#include "fairline/decisioning/store.h"
#include "fairline/ledger/checkpoint.h"
#include "fairline/ledger/sequencer.h"

namespace fairline {

/// That of the file, as `audit checkpoint --public-key` prints it; without one the store's own. Its
/// public key is empty when nothing was ever signed here. Makes no key.
Result<CheckpointVerifier> LedgerVerifier(Store& store, const Config& config,
                                          const std::optional<std::string>& file);

/// The settings ledger.* for a sequencer of this store.
Result<SequencerSettings> LedgerSettings(Store& store, const Config& config);

}  // namespace fairline
