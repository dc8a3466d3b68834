// Tables as Arrow's columns, for the plug-in to write.
#pragma once

#include "fairline/core/result.h"
#include "fairline/data/arrow_abi.h"
#include "fairline/data/csv_table_reader.h"
#include "fairline/data/table.h"

namespace fairline {

/// Numbers as double, or as int64 where the column says `whole`; categories as text. All may be
/// null. Whoever gets it releases it.
void ExportSchema(const TableSchema& columns, ArrowSchema* schema);

/// Rows `begin` to `begin + count` of a table with these columns, by position, copied. kInternal
/// when a whole number is none; kTooLarge when the texts of one column have more than 2 GB.
Status ExportRows(const Table& table, const TableSchema& columns, size_t begin, size_t count,
                  ArrowArray* rows);

}  // namespace fairline
