using Microsoft.Extensions.Logging;
using SpotifyClientCredentials.Configure;
using SpotifyClientCredentials.Observe;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Observe;

/// <summary>[B29]: event 3 is logged after the backoff has begun, so that a test can wait for it and advance its clock.</summary>
public sealed class BackoffEventTests
{
    [Fact]
    public async Task AttemptFailed_WhenItIsLogged_AdvancingTheClockByTheBackoffLetsAWaitingCallGoOn()
    {
        using TestProvider test = new();
        Task<AccessToken> waiting = test.GetAsync();
        await test.FailAcquisitionAsync();

        test.Clock.Advance(test.Logs.Entries[^1].Value<TimeSpan>("Backoff"));

        (await test.AcquisitionAsync(2)).Grant();
        Assert.Equal("token-2", (await waiting.Within()).Value);
    }

    // In the logger itself: nothing can happen between the event and the call.
    [Fact]
    public async Task AttemptFailed_WhileItIsLogged_TheNextCallStartsARequestOnlyAfterTheBackoff()
    {
        TestClock clock = new();
        ScriptedTokenSource source = new(clock) { Response = acquisition => acquisition.Fail(Failures.Transient(retryAfter: TimeSpan.FromSeconds(20))) };
        List<int> started = [];
        ClientCredentialsTokenProvider? provider = null;
        CallingLogger logger = new(() =>
        {
            int Started() => clock.TimersSetFor(TimeSpan.FromSeconds(10));
            int before = Started();
            clock.Advance(TimeSpan.FromSeconds(20) - TimeSpan.FromTicks(1));
            Assert.Null(provider!.TryGetCached());
            started.Add(Started() - before);
            clock.Advance(TimeSpan.FromTicks(1));
            source.Response = acquisition => acquisition.Grant();
            Assert.Null(provider!.TryGetCached());
            started.Add(Started() - before);
        });
        using (provider = new ClientCredentialsTokenProvider(new OptionsSource(TestOptions.CreateValid()), source, clock, logger, Telemetry.Shared))
        {
            Assert.Null(provider.TryGetCached());
            await Soon.UntilAsync(() => provider.TryGetCached() is not null);
        }

        Assert.Equal([0, 1], started);
    }

    private sealed class CallingLogger(Action onAttemptFailed) : ILogger<ClientCredentialsTokenProvider>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (eventId.Id == 3)
            {
                onAttemptFailed();
            }
        }
    }
}
