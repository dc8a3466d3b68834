// The names of the values in sealed records. They are the same for all decisions of one bundle, so
// they are stored once per bundle (record_layouts) and a record holds bare values.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "fairline/models/bundle.h"

namespace fairline {

struct RecordLayout {
  std::string bundle_digest;
  std::vector<std::string> features;       // of the signature, ignored ones left out
  std::vector<std::string> open_features;  // those of them that are not personal
  std::vector<std::string> attributions;   // of the feature plan
};

std::shared_ptr<const RecordLayout> LayoutOf(const ModelBundle& bundle,
                                             std::string_view bundle_digest);

}  // namespace fairline
