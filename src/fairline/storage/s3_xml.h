// The XML of S3's answers: elements, text and the five entities. A document type, CDATA, comments
// and processing instructions have no place in them and are refused.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "fairline/core/result.h"

namespace fairline {

struct XmlElement {
  std::string name;  // a prefix and its colon left out
  std::string text;  // what stands directly in it
  std::vector<XmlElement> children;

  /// The first child of that name, or nothing.
  const XmlElement* Find(std::string_view child) const;
  /// That child's text; empty when there is none.
  std::string TextOf(std::string_view child) const;
};

/// The root element; attributes are left out. kDataLoss says at which byte it is not XML.
Result<XmlElement> ParseXml(std::string_view text);

}  // namespace fairline
