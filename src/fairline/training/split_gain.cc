// The engine's trees do not carry gains, which no score needs: they are read from the text.
#include "fairline/training/split_gain.h"

#include <charconv>
#include <cmath>
#include <numeric>

#include "fairline/models/lightgbm_section.h"

namespace fairline {
namespace {

constexpr std::string_view kSplitFeature = "split_feature=";
constexpr std::string_view kSplitGain = "split_gain=";

template <typename Number>
bool Parse(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

/// Adds one tree's gains; false when they do not fit its splits.
bool AddGains(std::string_view features_text, std::string_view gains_text,
              std::vector<double>& gains) {
  const auto features = SplitBlanks(features_text), values = SplitBlanks(gains_text);
  if (features.size() != values.size()) return false;
  for (size_t i = 0; i < features.size(); ++i) {
    size_t feature = 0;
    double gain = 0;
    if (!Parse(features[i], feature) || feature >= gains.size()) return false;
    if (!Parse(values[i], gain) || !std::isfinite(gain) || gain < 0) return false;
    gains[feature] += gain;
  }
  return true;
}

}  // namespace

std::vector<double> GainShares(std::string_view model_text, size_t features) {
  std::vector<double> gains(features);
  std::string_view splits;
  for (size_t begin = 0; begin < model_text.size();) {
    const size_t end = std::min(model_text.find('\n', begin), model_text.size());
    std::string_view line = model_text.substr(begin, end - begin);
    begin = end + 1;
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.starts_with(kSplitFeature)) splits = line.substr(kSplitFeature.size());
    if (!line.starts_with(kSplitGain)) continue;
    if (!AddGains(splits, line.substr(kSplitGain.size()), gains)) return {};
  }
  const double all = std::accumulate(gains.begin(), gains.end(), 0.0);
  if (!(all > 0) || !std::isfinite(all)) return {};
  for (double& gain : gains) gain /= all;
  return gains;
}

}  // namespace fairline
