-- The newest incidents that were opened in the window.
SELECT opened_at, resolved_at, service, environment, title, state, url
FROM incidents FINAL
WHERE ({service:String} = '' OR service = {service:String})
  AND ({environment:String} = '*' OR environment = {environment:String})
  AND $__timeFilter_ms(opened_at)
ORDER BY opened_at DESC
LIMIT 200
