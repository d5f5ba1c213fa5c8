# shellcheck shell=bash
# Kubernetes, through kubectl's present context. Its own rolling update replaces the pods one after the other.

deploy_kubernetes() {
    local namespace=gaia-$ENVIRONMENT overlay=$ROOT/deploy/kubernetes/overlays/$ENVIRONMENT keys key
    require_program kubectl "install it, and choose a context with kubectl config use-context"
    kubectl version >/dev/null 2>&1 || missing "no Kubernetes API server answers: choose a context with kubectl config use-context"
    kubectl get namespace "$namespace" >/dev/null 2>&1 ||
        missing "the namespace $namespace is missing, and in it the secret gaia-secrets: kubectl apply -f $overlay/namespace.yaml"
    # shellcheck disable=SC2016
    keys=$(kubectl --namespace "$namespace" get secret gaia-secrets --output 'go-template={{range $key, $value := .data}}{{$key}} {{end}}' 2>/dev/null) ||
        missing "the secret gaia-secrets is missing in $namespace; docs/DEPLOYMENT.md says how to make it"
    for key in Postgres__ConnectionString postgres_gateway_connection Legacy__Credential Auth__Keys__0__Hash Auth__Keys__1__Hash Auth__Keys__2__Hash; do
        case " $keys " in *" $key "*) ;; *) missing "the secret gaia-secrets in $namespace has no $key" ;; esac
    done
    require_client
    require_token

    # Silos answer gateways of the build before them; a newer gateway may ask for what older silos do not have.
    run kubectl apply --kustomize "$overlay" --selector 'app.kubernetes.io/name!=load-balancer'
    run kubectl --namespace "$namespace" rollout status statefulset/gaia-node --timeout=15m
    run kubectl apply --kustomize "$overlay"
    run kubectl --namespace "$namespace" rollout status statefulset/load-balancer --timeout=5m
    wants_dual_write || return 0
    if [ -n "${GAIA_URL:-}" ]; then
        apply_dual_write "$GAIA_URL"
    else
        through_port_forward "$namespace"
    fi
}

# kubectl chooses a free port of this machine and says which.
through_port_forward() { # NAMESPACE
    local said pid port='' line=''
    if [ -n "$DRY_RUN" ]; then
        run kubectl --namespace "$1" port-forward service/gaia-control :8080
        apply_dual_write http://127.0.0.1:PORT
        return 0
    fi
    said=$(mktemp -u)
    mkfifo "$said"
    kubectl --namespace "$1" port-forward service/gaia-control :8080 >"$said" 2>&1 &
    pid=$!
    # shellcheck disable=SC2064
    trap "kill $pid 2>/dev/null || true; rm -f '$said'" EXIT
    exec 8<"$said"
    while read -r -t 30 line <&8; do
        case $line in *'127.0.0.1:'*' -> '*)
            port=${line#*127.0.0.1:}
            port=${port%% *}
            break
            ;;
        esac
    done
    [ -n "$port" ] || die "kubectl port-forward to service/gaia-control did not come up: $line"
    apply_dual_write "http://127.0.0.1:$port"
}
