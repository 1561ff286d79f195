using SpotifyClientCredentials.Configure;
using SpotifyClientCredentials.Observe;

namespace SpotifyClientCredentials.Tests.Support;

/// <summary>A provider over a token source and a clock that the test plays by hand.</summary>
internal sealed class TestProvider : IDisposable
{
    public static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    public TestProvider(Action<SpotifyClientCredentialsOptions>? configure = null)
    {
        Source = new ScriptedTokenSource(Clock);
        Provider = new ClientCredentialsTokenProvider(
            new OptionsSource(TestOptions.CreateValid(configure), Logs.ForProvider()), Source, Clock, Logs.ForProvider(), Telemetry.OfProcess);
    }

    public TestClock Clock { get; } = new();

    public RecordingLoggerProvider Logs { get; } = new();

    public ScriptedTokenSource Source { get; }

    public ClientCredentialsTokenProvider Provider { get; }

    /// <summary>
    /// How many acquisitions the provider has started. Each sets one timer, its time limit, before the call that starts it returns: so this
    /// is known at once, while the source hears of it only when the thread pool gets round to it.
    /// </summary>
    public int AcquisitionsStarted => Clock.TimersSet;

    public void Dispose() => Provider.Dispose();

    public Task<AccessToken> GetAsync(CancellationToken cancellationToken = default) => Provider.GetTokenAsync(cancellationToken).AsTask();

    /// <summary>The value of a token that must be there without waiting.</summary>
    public string Take()
    {
        AccessToken? token = Provider.TakeAtOnce();
        Assert.NotNull(token);
        return token.Value;
    }

    /// <summary>The n-th acquisition, counted from 1, once the source has been asked for it.</summary>
    public async Task<ScriptedAcquisition> AcquisitionAsync(int number)
    {
        await Soon.UntilAsync(() => Source.Acquisitions.Count >= number);
        return Source.Acquisitions[number - 1];
    }

    /// <summary>Gets the first token, which is then held.</summary>
    public async Task<AccessToken> HoldAsync(TimeSpan? life = null)
    {
        Task<AccessToken> getting = GetAsync();
        (await AcquisitionAsync(AcquisitionsStarted)).Grant(life);
        return await getting.Within();
    }

    /// <summary>Lets the acquisition in flight, or the one that this call starts, fail, and returns what the caller got.</summary>
    public async Task<TokenRequestException> FailAsync(TokenRequestException? failure = null)
    {
        Task<AccessToken> getting = GetAsync();
        ScriptedAcquisition acquisition = await AcquisitionAsync(AcquisitionsStarted);
        acquisition.Fail(failure ?? new TokenRequestException("scripted failure", isTransient: true));
        return await Assert.ThrowsAsync<TokenRequestException>(() => getting).Within();
    }

    /// <summary>Lets the renewal in flight fail, and returns when the provider has taken note.</summary>
    public async Task FailRenewalAsync(TokenRequestException? failure = null)
    {
        int noted = Logs.Events(4).Count();
        (await AcquisitionAsync(AcquisitionsStarted)).Fail(failure ?? new TokenRequestException("scripted failure", isTransient: true));
        await Soon.UntilAsync(() => Logs.Events(4).Count() > noted);
    }

    /// <summary>Lets the renewal in flight succeed, and returns when the provider hands its token out.</summary>
    public async Task GrantRenewalAsync()
    {
        ScriptedAcquisition acquisition = await AcquisitionAsync(AcquisitionsStarted);
        acquisition.Grant();
        await Soon.UntilAsync(() => Take() == $"token-{acquisition.Number}");
    }

    /// <summary>What a caller gets at once, without anything being sent.</summary>
    public async Task<TokenRequestException> FailAtOnceAsync()
    {
        int started = AcquisitionsStarted;
        ValueTask<AccessToken> getting = Provider.GetTokenAsync();
        Assert.True(getting.IsFaulted);
        Assert.Equal(started, AcquisitionsStarted);
        return await Assert.ThrowsAsync<TokenRequestException>(async () => await getting);
    }
}
