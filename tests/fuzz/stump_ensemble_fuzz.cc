// An EasyEnsemble of anybody's: refused, or one that is written and read again unchanged, and that
// every engine scores and explains alike.
#include <string_view>

#include "engines_agree.h"
#include "fairline/models/stump_ensemble.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace fairline;
  const auto model =
      ParseStumpEnsemble(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!model) {
    FAIRLINE_CHECK(!model.error().message.empty(), "a refusal says why");
    return 0;
  }
  const std::string text = WriteStumpEnsemble(*model);
  const auto again = ParseStumpEnsemble(text);
  FAIRLINE_CHECK(again && WriteStumpEnsemble(*again) == text, "an ensemble reads back");
  std::vector<double> cuts;
  for (const StumpBag& bag : model->bags) {
    for (const Stump& stump : bag.stumps) cuts.push_back(stump.threshold);
  }
  if (cuts.size() <= 50 && model->feature_names.size() <= 50) CheckRows(*model, cuts);
  return 0;
}
