// Names in the order of signature and plan.
#include "fairline/decisioning/record_layout.h"

namespace fairline {

std::shared_ptr<const RecordLayout> LayoutOf(const ModelBundle& bundle,
                                             std::string_view bundle_digest) {
  auto layout = std::make_shared<RecordLayout>();
  layout->bundle_digest = bundle_digest;
  for (const Field& field : bundle.plan.signature().fields()) {
    if (field.role == FieldRole::kIgnored) continue;
    layout->features.push_back(field.name);
    if (!field.personal) layout->open_features.push_back(field.name);
  }
  for (const Feature& feature : bundle.plan.features()) {
    layout->attributions.push_back(feature.name);
  }
  return layout;
}

}  // namespace fairline
