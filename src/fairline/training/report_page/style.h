// The style sheet of the report page: light, dark and A4. Blue and orange keep apart for every kind
// of colour vision (Okabe and Ito 2008), and every colour also has a label.
#pragma once

#include <string_view>

namespace fairline {

extern const std::string_view kReportStyle;

}  // namespace fairline
