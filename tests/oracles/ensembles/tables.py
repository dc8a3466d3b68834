"""The real tables on which learners of ensembles are compared with others: every column a number,
the same for everybody. Text becomes its place in sorted order, what is missing stays NaN.

data/README.md beside them says where they are from, and which columns of LendingClub are known only
after the loan has run: with those the outcome is nearly written in the table."""

import dataclasses
import os
import pathlib
import re

import numpy as np
import pyarrow
import pyarrow.compute
import pyarrow.parquet

AFTER_THE_DECISION = re.compile(
    r"total_pymnt|total_rec_|recoveries$|collection_recovery_fee$|last_pymnt_|out_prncp"
    r"|last_credit_pull_d$|debt_settlement_|settlement_"
)


@dataclasses.dataclass(frozen=True)
class Source:
    file: str
    target: str
    left_out: tuple = ()
    leaking: bool = False


SOURCES = {
    "uci_card": Source("uci_card_default_dev", "default_payment_next_month", ("ID",)),
    "give_me_some_credit": Source("give_me_some_credit_dev", "SeriousDlqin2yrs"),
    "lendingclub": Source("lendingclub_2008_2011_dev", "high_risk", ("id", "loan_status")),
    "lendingclub_leaking": Source(
        "lendingclub_2008_2011_dev", "high_risk", ("id", "loan_status"), leaking=True
    ),
    "home_credit": Source("home_credit_application_dev", "TARGET", ("SK_ID_CURR",)),
}


@dataclasses.dataclass
class Table:
    inputs: np.ndarray  # float64 by row, NaN missing
    outcomes: np.ndarray  # 0 or 1


def folder():
    """Where the data lies; None when it is not there."""
    shared = os.environ.get("FAIRLINE_SHARED_DIR")
    path = pathlib.Path(shared or "", "data")
    return path if shared and path.is_dir() else None


def numbers(column):
    column = column.combine_chunks()
    if pyarrow.types.is_string(column.type) or pyarrow.types.is_large_string(column.type):
        ordered = pyarrow.array(sorted(column.drop_null().unique().to_pylist()), column.type)
        column = pyarrow.compute.index_in(column, ordered)
    return column.cast(pyarrow.float64()).to_numpy(zero_copy_only=False)


def load(name):
    source = SOURCES[name]
    table = pyarrow.parquet.read_table(folder() / f"{source.file}.parquet")
    columns = [
        name
        for name in table.column_names
        if name not in (source.target, *source.left_out)
        and (source.leaking or not AFTER_THE_DECISION.match(name))
    ]
    inputs = np.column_stack([numbers(table[name]) for name in columns])
    return Table(inputs, table[source.target].to_numpy().astype(np.float64))


def filled(inputs, learned):
    """Medians of the rows that are learned from in the place of what is missing."""
    return np.where(np.isnan(inputs), np.nanmedian(learned, axis=0), inputs)
