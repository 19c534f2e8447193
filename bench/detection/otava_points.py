"""Change points of Apache Otava on series of standard input: one JSON object a line, {"id", "values"}; answers {"id", "points"}.

    python -m venv FOLDER && FOLDER/bin/pip install apache-otava==0.8.0

Called by otava.ts --python FOLDER/bin/python. Points are [index, factor], in the order of time.
"""
import json
import logging
import sys

from otava.series import AnalysisOptions, Metric, Series

logging.disable(logging.CRITICAL)
options = AnalysisOptions()
options.min_magnitude = float(sys.argv[1]) if len(sys.argv) > 1 else 0.0

for line in sys.stdin:
    given = json.loads(line)
    values = given["values"]
    series = Series("tool", None, list(range(len(values))), {"ms": Metric(1, 1.0)}, {"ms": values}, {})
    points = []
    for group in series.analyze(options).change_points_by_time:
        for change in group.changes:
            points.append([int(change.index), float(change.stats.mean_2 / change.stats.mean_1)])
    print(json.dumps({"id": given["id"], "points": points}), flush=True)
