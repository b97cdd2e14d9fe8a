-- In which service and environment a deployment is.
SELECT service, environment
FROM deployments
WHERE concat(source, '/', service, '/', environment, '/', id) = {key:String}
LIMIT 1
