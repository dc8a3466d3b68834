// How much each feature's splits lowered LightGBM's loss in training.
#pragma once

#include <string_view>
#include <vector>

namespace fairline {

/// Per feature of the model, its share of the gain of all splits of a LightGBM text model that
/// models/lightgbm_text.h accepts; empty when the file does not tell every split's gain.
std::vector<double> GainShares(std::string_view model_text, size_t features);

}  // namespace fairline
