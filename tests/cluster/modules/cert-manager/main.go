// cert-manager for the test bed: upstream's controllers, webhook and injector, which its module has,
// under programs of our own, as those of upstream are modules that no proxy has. Which of the three
// it is, it is told by its name. There are no HTTP01 and DNS01 challenges, and no leader: one pod runs.
package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/spf13/pflag"
	apiextensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/runtime"
	kubernetes "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/klog/v2"
	aggregator "k8s.io/kube-aggregator/pkg/apis/apiregistration/v1"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/metrics/server"

	"github.com/cert-manager/cert-manager/internal/webhook"
	"github.com/cert-manager/cert-manager/pkg/api"
	"github.com/cert-manager/cert-manager/pkg/controller"
	"github.com/cert-manager/cert-manager/pkg/controller/cainjector"
	"github.com/cert-manager/cert-manager/pkg/util"
	"github.com/cert-manager/cert-manager/pkg/webhook/options"

	_ "github.com/cert-manager/cert-manager/pkg/controller/certificaterequests/approver"
	_ "github.com/cert-manager/cert-manager/pkg/controller/certificaterequests/ca"
	_ "github.com/cert-manager/cert-manager/pkg/controller/certificaterequests/selfsigned"
	_ "github.com/cert-manager/cert-manager/pkg/controller/certificates/issuing"
	_ "github.com/cert-manager/cert-manager/pkg/controller/certificates/keymanager"
	_ "github.com/cert-manager/cert-manager/pkg/controller/certificates/readiness"
	_ "github.com/cert-manager/cert-manager/pkg/controller/certificates/requestmanager"
	_ "github.com/cert-manager/cert-manager/pkg/controller/certificates/revisionmanager"
	_ "github.com/cert-manager/cert-manager/pkg/controller/certificates/trigger"
	_ "github.com/cert-manager/cert-manager/pkg/controller/clusterissuers"
	_ "github.com/cert-manager/cert-manager/pkg/controller/issuers"
	_ "github.com/cert-manager/cert-manager/pkg/issuer/acme"
	_ "github.com/cert-manager/cert-manager/pkg/issuer/ca"
	_ "github.com/cert-manager/cert-manager/pkg/issuer/selfsigned"
)

var programs = map[string]func(context.Context, []string) error{
	"cert-manager-cainjector": runInjector,
	"cert-manager-controller": runController,
	"cert-manager-webhook":    runWebhook,
}

func main() {
	name := filepath.Base(os.Args[0])
	run, known := programs[name]
	if !known {
		fmt.Fprintf(os.Stderr, "%s is none of cert-manager's programs\n", name)
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	ctrl.SetLogger(klog.Background())
	if err := run(klog.NewContext(ctx, klog.Background()), os.Args[1:]); err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", name, err)
		os.Exit(1)
	}
}

// flags knows those that it needs; the others of upstream's chart mean nothing here.
func flags(name string) *pflag.FlagSet {
	found := pflag.NewFlagSet(name, pflag.ContinueOnError)
	found.ParseErrorsAllowlist.UnknownFlags = true
	return found
}

func runController(ctx context.Context, arguments []string) error {
	given := controller.ContextOptions{}
	known := flags("cert-manager-controller")
	known.StringVar(&given.ClusterResourceNamespace, "cluster-resource-namespace", "kube-system", "")
	known.StringVar(&given.HTTP01SolverImage, "acme-http01-solver-image", "", "")
	if err := known.Parse(arguments); err != nil {
		return err
	}
	given.CertificateRequestMinimumBackoffDuration = time.Minute
	given.CertificateRequestMaximumBackoffDuration = time.Hour
	factory, err := controller.NewContextFactory(ctx, given)
	if err != nil {
		return err
	}
	ended := make(chan error)
	for name, construct := range controller.Known() {
		made, err := construct(factory)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		go func() { ended <- made.Run(2, ctx) }()
	}
	shared, err := factory.Build()
	if err != nil {
		return err
	}
	shared.SharedInformerFactory.Start(ctx.Done())
	shared.KubeSharedInformerFactory.Start(ctx.Done())
	go func() { ended <- answerProbes(ctx) }()
	return <-ended
}

// answerProbes says at the port of upstream's that the process lives.
func answerProbes(ctx context.Context) error {
	paths := http.NewServeMux()
	paths.HandleFunc("/livez", func(http.ResponseWriter, *http.Request) {})
	listening := http.Server{Addr: ":9403", Handler: paths, ReadHeaderTimeout: 10 * time.Second}
	go func() {
		<-ctx.Done()
		_ = listening.Close()
	}()
	if err := listening.ListenAndServe(); err != http.ErrServerClosed {
		return err
	}
	return nil
}

func runWebhook(ctx context.Context, arguments []string) error {
	given, err := options.NewWebhookConfiguration()
	if err != nil {
		return err
	}
	known := flags("cert-manager-webhook")
	options.AddConfigFlags(known, given)
	if err := known.Parse(arguments); err != nil {
		return err
	}
	serving, err := webhook.NewCertManagerWebhookServer(klog.Background(), *given)
	if err != nil {
		return err
	}
	return serving.Run(ctx)
}

func runInjector(ctx context.Context, arguments []string) error {
	known := flags("cert-manager-cainjector")
	if err := known.Parse(arguments); err != nil {
		return err
	}
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{
		kubernetes.AddToScheme, apiextensions.AddToScheme, aggregator.AddToScheme, api.AddToScheme,
	} {
		if err := add(scheme); err != nil {
			return err
		}
	}
	config, err := ctrl.GetConfig()
	if err != nil {
		return err
	}
	// By its name the API server knows which fields are the injector's.
	config = util.RestConfigWithUserAgent(config, "cainjector")
	manager, err := ctrl.NewManager(config, ctrl.Options{
		Scheme:  scheme,
		Metrics: server.Options{BindAddress: ":9402"},
	})
	if err != nil {
		return err
	}
	wanted := cainjector.SetupOptions{
		EnableCertificatesDataSource: true,
		EnabledReconcilersFor: map[string]bool{
			cainjector.APIServiceName:                     true,
			cainjector.CustomResourceDefinitionName:       true,
			cainjector.MutatingWebhookConfigurationName:   true,
			cainjector.ValidatingWebhookConfigurationName: true,
		},
	}
	if err := cainjector.RegisterAllInjectors(ctx, manager, wanted); err != nil {
		return err
	}
	return manager.Start(ctx)
}
