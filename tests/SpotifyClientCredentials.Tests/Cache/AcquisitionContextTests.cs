using Microsoft.Extensions.Logging.Abstractions;
using SpotifyClientCredentials.Cache;
using SpotifyClientCredentials.Fetch;
using SpotifyClientCredentials.Observe;
using SpotifyClientCredentials.Share;
using SpotifyClientCredentials.Tests.Attach;
using SpotifyClientCredentials.Tests.Observe;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Cache;

/// <summary>
/// No await of an acquisition returns to the synchronization context of its caller. The provider calls it without one; for the library as a
/// whole, see <see cref="SynchronizationContextTests"/>.
/// </summary>
[Collection(NonParallel.Name)]
public sealed class AcquisitionContextTests
{
    private const string Grant = """{"access_token":"BQcontextcontext","token_type":"Bearer","expires_in":3600}""";

    private static readonly Dictionary<string, Func<Scene, Task>> All = new()
    {
        ["token request"] = scene => scene.Endpoint().AcquireAsync(scene.Request(), CancellationToken.None),
        ["measured token request"] = async scene =>
        {
            using Spans spans = new();
            await scene.Endpoint().AcquireAsync(scene.Request(), CancellationToken.None);
            Assert.NotEmpty(spans.Of(SpotifyClientCredentialsTelemetry.ActivitySourceName));
        },
        ["body that is longer than its Content-Length"] = scene =>
            scene.Endpoint(new AsynchronousResponses(Grant, contentLength: 10)).AcquireAsync(scene.Request(), CancellationToken.None),
        ["acquisition"] = async scene =>
        {
            using Acquisition acquisition = new(scene.Request(), scene.Clock);
            Assert.NotNull((await acquisition.AcquireAsync(scene.Endpoint())).Token);
        },
        ["store without a lock"] = scene => scene.ShareAsync(),
        ["bypassed store"] = scene => scene.ShareAsync(request => request with { BypassStore = true }),
        ["token from the store"] = async scene =>
        {
            await scene.ShareAsync();
            await scene.ShareAsync();
            Assert.Single(scene.Store.Lives);
        },
        ["entry that is removed before the write"] = async scene =>
        {
            scene.Store.OnSet = async _ =>
            {
                await Task.Yield();
                Assert.Contains("remove", scene.Store.Calls);
            };
            await scene.ShareAsync();
        },
        ["acquired lock"] = async scene =>
        {
            scene.UseLock();
            await scene.ShareAsync();
            await Soon.UntilAsync(() => scene.Lock.Releases == 1);
        },
        ["lock held by another instance"] = scene =>
        {
            scene.UseLock().Acquire();
            return scene.PassTimeAsync(scene.ShareAsync());
        },
        ["lock held by another instance, renewal ahead"] = scene =>
        {
            scene.UseLock().Acquire();
            return scene.PassTimeAsync(scene.ShareAsync(request => request with { IsAhead = true, Current = scene.Current }));
        },
    };

    public static TheoryData<string> Names => [.. All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task AcquireAsync_WithASynchronizationContext_NeverReturnsToIt(string name)
    {
        ForeignContext context = new();

        await context.RunAsync(() => All[name](new Scene())).Within();

        Assert.Empty(context.Returned);
    }

    private sealed class Scene
    {
        private Func<CancellationToken, ValueTask<IAsyncDisposable?>>? _tryAcquire;

        public Scene() => Store = new ScriptedStore(Clock);

        public WatchedTimeProvider Clock { get; } = new();

        public ScriptedStore Store { get; }

        public ScriptedLock Lock { get; } = new() { OnAcquire = async _ => await Task.Yield(), OnRelease = async () => await Task.Yield() };

        public AcquiredToken Current
        {
            get
            {
                AccessToken token = new("cached", Clock.GetUtcNow() + TimeSpan.FromHours(1));
                return new AcquiredToken(token, Clock.GetTimestamp(), TimeSpan.FromHours(1), TimeSpan.FromMinutes(55));
            }
        }

        public ScriptedLock UseLock()
        {
            _tryAcquire = Lock.TryAcquire;
            return Lock;
        }

        public TokenEndpointClient Endpoint(AsynchronousResponses? responses = null)
        {
            HttpClient client = new(responses ?? new AsynchronousResponses(Grant));
            return new TokenEndpointClient(() => client, Clock, Telemetry.Shared);
        }

        public AcquisitionRequest Request() => new(
            TestOptions.CreateValid(options => options.Sharing = new TokenSharingOptions { Cache = Store, TryAcquireLock = _tryAcquire }), Clock.GetTimestamp());

        /// <summary>Acquires a token and waits until it has been stored.</summary>
        public async Task ShareAsync(Func<AcquisitionRequest, AcquisitionRequest>? change = null)
        {
            SharedTokenSource source = new(Endpoint(), Clock, NullLogger.Instance, Telemetry.Shared);
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
