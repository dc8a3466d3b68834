// A scorecard of anybody's: refused, or one that is written and read again unchanged, and that
// every engine scores and explains alike.
#include <string_view>

#include "engines_agree.h"
#include "fairline/models/scorecard.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace fairline;
  const auto card = ParseScorecard(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!card) {
    FAIRLINE_CHECK(!card.error().message.empty(), "a refusal says why");
    return 0;
  }
  const std::string text = WriteScorecard(*card);
  const auto again = ParseScorecard(text);
  FAIRLINE_CHECK(again && WriteScorecard(*again) == text, "a scorecard reads back");
  std::vector<double> values;
  for (const Characteristic& characteristic : card->characteristics) {
    for (const ScorecardBin& bin : characteristic.bins) {
      values.push_back(bin.below);
      values.insert(values.end(), bin.categories.begin(), bin.categories.end());
    }
  }
  if (values.size() <= 50 && card->feature_names.size() <= 50) CheckRows(*card, values);
  return 0;
}
