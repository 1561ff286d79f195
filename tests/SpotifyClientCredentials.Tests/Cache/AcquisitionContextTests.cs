using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using SpotifyClientCredentials.Cache;
using SpotifyClientCredentials.Configure;
using SpotifyClientCredentials.Fetch;
using SpotifyClientCredentials.Observe;
using SpotifyClientCredentials.Share;
using SpotifyClientCredentials.Tests.Attach;
using SpotifyClientCredentials.Tests.Observe;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Cache;

/// <summary>
/// An acquisition that is called with a synchronization context does not come back to it, at no await. The provider calls it without one:
/// see <see cref="SynchronizationContextTests"/> for the library as a whole.
/// </summary>
[Collection(NonParallel.Name)]
public sealed class AcquisitionContextTests
{
    private const string Grant = """{"access_token":"BQcontextcontext","token_type":"Bearer","expires_in":3600}""";

    private static readonly Dictionary<string, Func<Scene, Task>> All = new()
    {
        ["token request"] = scene => scene.Endpoint().AcquireAsync(scene.Request(), CancellationToken.None),
        ["token request that is measured"] = async scene =>
        {
            using Spans spans = new();
            await scene.Endpoint().AcquireAsync(scene.Request(), CancellationToken.None);
            Assert.NotEmpty(spans.Of(Telemetry.Name));
        },
        ["second attempt"] = scene =>
        {
            SlowResponses responses = new(Grant, attempt => attempt == 1 ? HttpStatusCode.ServiceUnavailable : HttpStatusCode.OK);
            return scene.PassTimeAsync(scene.Endpoint(responses).AcquireAsync(scene.Request(), CancellationToken.None));
        },
        ["body that is longer than its length says"] = scene =>
            scene.Endpoint(new SlowResponses(Grant, contentLength: 10)).AcquireAsync(scene.Request(), CancellationToken.None),
        ["acquisition"] = async scene =>
        {
            using Acquisition acquisition = new(scene.Request(), scene.Clock);
            Assert.NotNull((await acquisition.AcquireAsync(scene.Endpoint())).Acquired);
        },
        ["innermost handler"] = async scene =>
        {
            using HttpMessageInvoker invoker = new(new EchoRedactionHandler(new SlowResponses(Grant)));
            using HttpRequestMessage request = new(HttpMethod.Post, "https://accounts.spotify.com/api/token");
            (await invoker.SendAsync(request, CancellationToken.None)).Dispose();
        },
        ["store and no gate"] = scene => scene.ShareAsync(),
        ["store that is ruled out"] = scene => scene.ShareAsync(request => request with { IsStoreRuledOut = true }),
        ["store that is hit"] = async scene =>
        {
            await scene.ShareAsync();
            await scene.ShareAsync();
            Assert.Single(scene.Store.Lives);
        },
        ["entry that cannot be overwritten"] = async scene =>
        {
            scene.Store.OnSet = async _ =>
            {
                await Task.Yield();
                Assert.Contains("remove", scene.Store.Calls);
            };
            await scene.ShareAsync();
        },
        ["gate that is entered"] = async scene =>
        {
            scene.UseLock();
            await scene.ShareAsync();
            await Soon.UntilAsync(() => scene.Gate.Left == 1);
        },
        ["gate that another took"] = scene =>
        {
            scene.UseLock().Take();
            return scene.PassTimeAsync(scene.ShareAsync());
        },
        ["gate that another took, at a renewal"] = scene =>
        {
            scene.UseLock().Take();
            return scene.PassTimeAsync(scene.ShareAsync(request => request with { IsAhead = true, Cached = scene.Cached }));
        },
    };

    public static TheoryData<string> Names => [.. All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task AcquireAsync_WithASynchronizationContext_NeverComesBackToIt(string name)
    {
        ForeignContext context = new();

        await context.RunAsync(() => All[name](new Scene())).Within();

        Assert.Empty(context.Returned);
    }

    private sealed class Scene
    {
        private Func<CancellationToken, ValueTask<IAsyncDisposable?>>? _tryEnter;

        public Scene() => Store = new ScriptedStore(Clock);

        public WatchedTimeProvider Clock { get; } = new();

        public ScriptedStore Store { get; }

        public ScriptedLock Gate { get; } = new() { OnEnter = async _ => await Task.Yield(), OnLeave = async () => await Task.Yield() };

        public CachedToken Cached
        {
            get
            {
                OptionsSnapshot options = Request().Options;
                AccessToken token = new(options.Names, "held", Clock.GetUtcNow() + TimeSpan.FromHours(1));
                return CachedToken.From(new AcquiredToken(token, Clock.GetTimestamp(), TimeSpan.FromHours(1)), options, jitter: 0, Clock);
            }
        }

        public ScriptedLock UseLock()
        {
            _tryEnter = Gate.TryEnter;
            return Gate;
        }

        public TokenEndpointClient Endpoint(SlowResponses? responses = null)
        {
            HttpClient client = new(responses ?? new SlowResponses(Grant));
            return new TokenEndpointClient(() => client, Clock, NullLogger.Instance, Telemetry.OfProcess);
        }

        public AcquisitionRequest Request()
        {
            TokenSharing sharing = new() { Cache = Store, StoreTimeout = TimeSpan.FromSeconds(2), TryAcquireLock = _tryEnter };
            return new AcquisitionRequest(new OptionsSnapshot(TestOptions.Create(), new ConfigurationKeys(""), sharing), Clock.GetTimestamp());
        }

        /// <summary>Until what was acquired has been stored, too.</summary>
        public async Task ShareAsync(Func<AcquisitionRequest, AcquisitionRequest>? change = null)
        {
            SharedTokenSource source = new(Endpoint(), Clock, NullLogger.Instance, Telemetry.OfProcess);
            AcquisitionRequest request = Request();
            await source.AcquireAsync(change?.Invoke(request) ?? request, CancellationToken.None);
            await Soon.UntilAsync(() => Store.Lives.Count > 0 && Clock.TimersPending == 0);
        }

        public async Task PassTimeAsync(Task until)
        {
            await Soon.UntilAsync(() =>
            {
                Clock.Advance(TimeSpan.FromSeconds(0.1));
                return until.IsCompleted;
            });
            await until;
        }
    }
}
