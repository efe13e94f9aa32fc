SELECT agency_id FROM marts.agency_alias WHERE alias_id = $alias_id
