SELECT
    (SELECT count(DISTINCT agency_id) FROM marts.report) AS agencies,
    (SELECT count(*) FROM marts.report) AS reports,
    (SELECT min(report_year) FROM marts.report) AS first_year,
    (SELECT max(report_year) FROM marts.report) AS last_year,
    (SELECT count(*) FROM landing.documents) AS documents,
    (SELECT count(*) FROM landing.documents WHERE status = 'quarantined') AS quarantined,
    (SELECT count(*) FROM landing.documents WHERE status = 'not_a_report') AS not_reports,
    (SELECT count(*) FROM landing.cells) AS figures,
    (SELECT count(DISTINCT province) FROM marts.dim_agency) AS provinces
