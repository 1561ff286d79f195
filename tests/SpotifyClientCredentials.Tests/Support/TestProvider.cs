using SpotifyClientCredentials.Configure;
using SpotifyClientCredentials.Observe;

namespace SpotifyClientCredentials.Tests.Support;

/// <summary>A provider with a token source and a clock that the test controls.</summary>
internal sealed class TestProvider : IDisposable
{
    public static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    public TestProvider(Action<SpotifyClientCredentialsOptions>? configure = null, TestClock? clock = null)
    {
        Clock = clock ?? new TestClock();
        Source = new ScriptedTokenSource(Clock);
        Provider = new ClientCredentialsTokenProvider(
            new OptionsSource(TestOptions.CreateValid(configure)), Source, Clock, Logs.ForProvider(), Telemetry.Shared);
    }

    public TestClock Clock { get; }

    public RecordingLoggerProvider Logs { get; } = new();

    public ScriptedTokenSource Source { get; }

    public ClientCredentialsTokenProvider Provider { get; }

    /// <summary>
    /// The number of acquisitions that the provider has started. Each sets one timer, its time limit, before the call that starts it returns, so
    /// the number is known immediately. The source is called later, on the thread pool.
    /// </summary>
    public int AcquisitionsStarted => Clock.TimersSetFor(Provider.Options.Current.TokenRequestTimeout);

    public void Dispose() => Provider.Dispose();

    public Task<AccessToken> GetAsync(CancellationToken cancellationToken = default) => Provider.GetTokenAsync(cancellationToken).AsTask();

    /// <summary>The value of the token, which must be in the cache.</summary>
    public string GetCachedValue()
    {
        AccessToken? token = Provider.TryGetCached();
        Assert.NotNull(token);
        return token.Value;
    }

    /// <summary>Waits for an acquisition, counted from 1, to reach the source.</summary>
    public async Task<ScriptedAcquisition> AcquisitionAsync(int number)
    {
        await Soon.UntilAsync(() => Source.Acquisitions.Count >= number);
        return Source.Acquisitions[number - 1];
    }

    /// <summary>Acquires a token, which is then in the cache.</summary>
    public async Task<AccessToken> CacheTokenAsync(TimeSpan? life = null)
    {
        Task<AccessToken> getting = GetAsync();
        (await AcquisitionAsync(AcquisitionsStarted)).Grant(life);
        return await getting.Within();
    }

    /// <summary>Makes a call, fails its acquisition, and returns the exception of the caller, who must not wait on.</summary>
    public async Task<TokenRequestException> FailAsync(TokenRequestException? failure = null)
    {
        Task<AccessToken> getting = GetAsync();
        await FailAcquisitionAsync(failure ?? Failures.Permanent());
        return await Assert.ThrowsAsync<TokenRequestException>(() => getting).Within();
    }

    /// <summary>Fails an acquisition, the last one that was started if no number is given, and returns when the backoff has begun.</summary>
    public async Task FailAcquisitionAsync(TokenRequestException? failure = null, int? number = null)
    {
        int logged = Logs.Events(3).Count();
        (await AcquisitionAsync(number ?? AcquisitionsStarted)).Fail(failure ?? Failures.Transient());
        await Soon.UntilAsync(() => Logs.Events(3).Count() > logged);
    }

    /// <summary>Fails the renewal in flight, and returns when the provider has logged it.</summary>
    public async Task FailRenewalAsync(TokenRequestException? failure = null)
    {
        int logged = Logs.Events(4).Count();
        await FailAcquisitionAsync(failure);
        await Soon.UntilAsync(() => Logs.Events(4).Count() > logged);
    }

    /// <summary>An outage for which calls no longer wait, and no backoff.</summary>
    public async Task StartOlderOutageAsync()
    {
        await FailAsync(Failures.Transient(retryAfter: TimeSpan.FromSeconds(20)));
        Clock.Advance(TimeSpan.FromSeconds(20));
    }

    /// <summary>Completes the renewal in flight, and returns when the provider returns its token.</summary>
    public async Task GrantRenewalAsync()
    {
        ScriptedAcquisition acquisition = await AcquisitionAsync(AcquisitionsStarted);
        acquisition.Grant();
        await Soon.UntilAsync(() => GetCachedValue() == $"token-{acquisition.Number}");
    }

    /// <summary>Makes a call that must fail synchronously and start no acquisition.</summary>
    public async Task<TokenRequestException> FailImmediatelyAsync()
    {
        int started = AcquisitionsStarted;
        ValueTask<AccessToken> getting = Provider.GetTokenAsync();
        Assert.True(getting.IsFaulted);
        Assert.Equal(started, AcquisitionsStarted);
        return await Assert.ThrowsAsync<TokenRequestException>(async () => await getting);
    }
}
