// A model file of anybody's: refused, or trees that every row finds a way through.
#include <cmath>
#include <limits>
#include <string_view>
#include <vector>

#include "fairline/core/check.h"
#include "fairline/models/lightgbm_text.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace fairline;
  const auto model =
      ParseLightGbmModel(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!model) {
    FAIRLINE_CHECK(!model.error().message.empty(), "a refusal says why");
    return 0;
  }
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  for (const double value : {0.0, -1.5, 1e300, kInfinity, -kInfinity, 33.0, std::nan("")}) {
    const std::vector<double> row(model->feature_names.size(), value);
    for (const Tree& tree : model->trees) {
      FAIRLINE_CHECK(LeafOf(tree, row) < tree.leaf_values.size(), "every row ends in a leaf");
    }
    const double score = ModelScore(*model, RawScore(*model, row));
    FAIRLINE_CHECK(score >= 0 && score <= 1, "a score is a probability");
  }
  return 0;
}
