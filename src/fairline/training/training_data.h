// What is kept of the training rows: histograms per field to measure drift against, and a
// fingerprint that says which data a model was trained on.
#pragma once

#include <span>
#include <string>

#include "fairline/core/json.h"
#include "fairline/core/result.h"
#include "fairline/data/table.h"
#include "fairline/features/signature.h"

namespace fairline {

/// {rows, fields: {name: {edges, counts, missing} or {categories, counts, missing}}, probability:
/// {edges, counts, missing}}. Numeric bins are quantile bins (stats/histogram.h), declared missing
/// values count as missing. Ids and ignored fields are left out; `probabilities` are those of
/// scores the model did not train on.
Result<Json> BaselineOf(const Signature& signature, const Table& table,
                        std::span<const double> probabilities);

/// SHA-256 over the columns in order (docs/guides/train.md gives the bytes). It depends on names,
/// types and values, and neither on the file format nor on the order categories first appeared in.
std::string Fingerprint(const Table& table);

}  // namespace fairline
