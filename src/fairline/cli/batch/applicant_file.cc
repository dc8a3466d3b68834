// What files of every format have in common.
#include "fairline/cli/batch/applicant_file.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "fairline/data/csv_cell.h"

namespace fairline {

void ApplicantChunk::Clear() {
  lines.clear();
  ids.clear();
  raw.clear();
  features.clear();
  extra = {};
  bad.clear();
}

Result<std::unique_ptr<ApplicantFile>> ApplicantFile::Open(const std::string& path,
                                                           const Signature& signature,
                                                           const ApplicantFileOptions& options) {
  return options.format == FileFormat::kCsv ? OpenApplicantCsv(path, signature, options)
                                            : OpenApplicantTable(path, signature, options);
}

Status NextGood(ApplicantFile& file, size_t max_rows, ApplicantChunk& chunk) {
  FAIRLINE_TRY(file.Next(max_rows, chunk));
  if (chunk.bad.empty()) return {};
  return Fail(ErrorCode::kInvalidArgument, file.At(chunk.bad.front()));
}

Result<std::vector<int>> FindColumns(const std::string& file_name,
                                     const std::vector<std::string>& names,
                                     const Signature& signature) {
  std::vector<int> positions;
  std::vector<std::string> absent;
  for (const Field& field : signature.fields()) {
    const auto found = std::ranges::find(names, field.name);
    const bool present = found != names.end();
    positions.push_back(present ? static_cast<int>(found - names.begin()) : -1);
    if (!present && field.required) absent.push_back(field.name);
  }
  if (absent.empty()) return positions;
  return Fail(ErrorCode::kInvalidArgument,
              fmt::format("{}: there is no column {}, which the model requires", file_name,
                          fmt::join(absent, ", ")));
}

std::vector<std::string> ExtraNames(const std::vector<std::string>& names,
                                    const Signature& signature) {
  std::vector<std::string> extra;
  std::ranges::copy_if(names, std::back_inserter(extra),
                       [&](const std::string& name) { return signature.Find(name) < 0; });
  return extra;
}

bool IsRead(const Field& field) {
  return field.role != FieldRole::kId && field.role != FieldRole::kIgnored;
}

double CategoryCodeOf(const Signature& signature, size_t index, std::string_view text) {
  const double code = signature.CategoryCode(index, text);
  if (code != kUnseenCategory) return code;
  const auto number = NumericCell({text, false});
  return number && !std::isnan(*number) ? signature.CategoryCode(index, *number) : code;
}

}  // namespace fairline
