// Whether everybody computes the same: figures of contenders that do not cannot be compared.
#pragma once

#include <span>
#include <string>

#include "engine/contender.h"

namespace fairline::bench {

/// "ok", or what differs. Fairline's raw scores have the bits of LightGBM's, row by row and in
/// batches, and its attributions are within 1e-10 x max(1, |raw|); other peers that score the same
/// model are within 1e-9. XGBoost has a model of its own and is not compared.
std::string CheckEverybody(std::span<const Contender> contenders, const Rows& rows);

}  // namespace fairline::bench
