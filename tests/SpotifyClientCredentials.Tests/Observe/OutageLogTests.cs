using Microsoft.Extensions.Logging;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Observe;

/// <summary>[B29]: every exception that a caller gets has an event. Event 9 tells that there is no token, once per outage.</summary>
public sealed class OutageLogTests : IDisposable
{
    private readonly TestProvider _test = new();

    public void Dispose() => _test.Dispose();

    [Fact]
    public async Task NoToken_WhenTheFailureMayPass_IsAWarningAfterTheAttempt()
    {
        TokenRequestException failure = await FailLaterAsync();

        Assert.Equal([3, 9], _test.Logs.Entries.Select(entry => entry.EventId.Id));
        LogEntry entry = _test.Logs.Entries[^1];
        Assert.Equal((LogLevel.Warning, $"No access token is available for app '(unnamed)': {failure.Message}"), (entry.Level, entry.Message));
        Assert.Equal(["AppName", "Reason"], entry.Names);
    }

    [Fact]
    public async Task NoToken_WhenTheFailureIsPermanent_IsAnError()
    {
        TokenRequestException failure = await _test.FailAsync(Failures.Permanent());

        Assert.Equal([3, 5, 9], _test.Logs.Entries.Select(entry => entry.EventId.Id));
        LogEntry entry = _test.Logs.Entries[^1];
        Assert.Equal((LogLevel.Error, $"No access token is available for app '(unnamed)': {failure.Message}"), (entry.Level, entry.Message));
    }

    [Fact]
    public async Task NoToken_ForAThousandCallsOfOneOutage_IsLoggedOnce()
    {
        await FailLaterAsync();
        for (int call = 0; call < 1000; call++)
        {
            await _test.FailImmediatelyAsync();
        }

        _test.Clock.Advance(TimeSpan.FromSeconds(20));
        await FailLaterAsync();

        Assert.Equal([3, 9, 3], _test.Logs.Entries.Select(entry => entry.EventId.Id));
    }

    [Fact]
    public async Task NoToken_WhenAnOutageTurnsOutToBePermanent_IsLoggedOnceMoreAsAnError()
    {
        await FailLaterAsync();
        _test.Clock.Advance(TimeSpan.FromSeconds(20));
        await _test.FailAsync(Failures.Permanent());
        _test.Clock.Advance(TimeSpan.FromSeconds(30));
        await _test.FailAsync(Failures.Permanent());
        _test.Clock.Advance(TimeSpan.FromSeconds(30));
        await FailLaterAsync();

        Assert.Equal([LogLevel.Warning, LogLevel.Error], _test.Logs.Events(9).Select(entry => entry.Level));
    }

    [Fact]
    public async Task NoToken_InTheOutageAfterARecovery_IsLoggedAgain()
    {
        await FailLaterAsync();
        _test.Clock.Advance(TimeSpan.FromSeconds(20));
        await _test.CacheTokenAsync();
        _test.Clock.Advance(TestProvider.Hour);

        await FailLaterAsync();

        Assert.Equal([3, 9, 1, 3, 9], _test.Logs.Entries.Select(entry => entry.EventId.Id));
    }

    [Fact]
    public async Task NoToken_WithOtherCredentials_IsLoggedAgain()
    {
        using ReloadableProvider test = new();
        foreach (string secret in (string[])["second secret", "third secret"])
        {
            int next = test.Source.Acquisitions.Count + 1;
            Task<AccessToken> getting = test.GetAsync();
            (await test.AcquisitionAsync(next)).Fail(isTransient: false);
            await Assert.ThrowsAsync<TokenRequestException>(() => getting).Within();
            test.Edit("ClientSecret", secret);
        }

        Assert.Equal([3, 9, 3, 9], test.Logs.Entries.Select(entry => entry.EventId.Id));
    }

    [Fact]
    public async Task NoToken_WhileATokenIsUsable_IsNotLogged()
    {
        AccessToken token = await _test.CacheTokenAsync();
        Task<AccessToken> other = _test.Provider.GetTokenAsync(token).AsTask();
        await _test.FailRenewalAsync();

        await Assert.ThrowsAsync<TokenRequestException>(() => other).Within();

        Assert.Equal([1, 7, 3, 4], _test.Logs.Entries.Select(entry => entry.EventId.Id));
    }

    [Fact]
    public async Task NoToken_WhenATokenExpiresInAnOutage_IsLoggedByTheFirstCallThatFails()
    {
        await _test.CacheTokenAsync();
        _test.Clock.Advance(TimeSpan.FromMinutes(56));
        _test.GetCachedValue();
        await _test.FailRenewalAsync(Failures.Transient(retryAfter: TimeSpan.FromMinutes(1)));
        _test.Clock.Advance(TimeSpan.FromSeconds(50));
        _test.GetCachedValue();
        Assert.Empty(_test.Logs.Events(9));
        _test.Clock.Advance(TimeSpan.FromSeconds(11));
        _test.GetCachedValue();
        await _test.FailRenewalAsync(Failures.Transient(retryAfter: TimeSpan.FromHours(1), status: System.Net.HttpStatusCode.TooManyRequests));
        _test.Clock.Advance(TimeSpan.FromMinutes(3));

        await _test.FailImmediatelyAsync();

        Assert.Equal([1, 3, 4, 3, 4, 9], _test.Logs.Entries.Select(entry => entry.EventId.Id));
    }

    [Fact]
    public async Task NoToken_WhenACallersOwnTimeIsOver_SaysSoBeforeTheAttemptHasFailed()
    {
        _ = _test.GetAsync();
        await _test.FailAcquisitionAsync();
        _test.Clock.Advance(TimeSpan.FromSeconds(1));
        await Soon.UntilAsync(() => _test.Clock.TimersSetFor(TimeSpan.FromSeconds(9)) == 1);
        _test.Clock.Advance(TimeSpan.FromSeconds(9));
        await Soon.UntilAsync(() => _test.Logs.Events(9).Any());

        Assert.Equal([3, 9], _test.Logs.Entries.Select(entry => entry.EventId.Id));
        Assert.EndsWith(" within 10 s (TokenRequestTimeout).", _test.Logs.Entries[1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetTokenAsync_OfARejectedTokenThatMayNotBeReplaced_HasTheEventOfTheRejection()
    {
        AccessToken token = await _test.CacheTokenAsync();
        for (int renewal = 1; renewal <= 2; renewal++)
        {
            Task<AccessToken> getting = _test.Provider.GetTokenAsync(token).AsTask();
            (await _test.AcquisitionAsync(1 + renewal)).Grant();
            token = await getting.Within();
            Assert.Equal(renewal, _test.Logs.Events(7).Count());
            if (renewal == 1)
            {
                _test.Clock.Advance(TimeSpan.FromSeconds(1));
            }
        }

        TokenRequestException failure = await Assert.ThrowsAsync<TokenRequestException>(() => _test.Provider.GetTokenAsync(token).AsTask()).Within();

        Assert.Equal(
            "The Web API rejected the access token of app '(unnamed)', and as it rejected others shortly before, no other is requested for 2 s.",
            failure.Message);
        Assert.Equal((true, TimeSpan.FromSeconds(2)), (failure.IsTransient, failure.RetryAfter));
        Assert.Equal([1, 7, 1, 7, 1, 7], _test.Logs.Entries.Select(entry => entry.EventId.Id));
    }

    /// <summary>Makes a call that fails because the next attempt lies beyond its time.</summary>
    private Task<TokenRequestException> FailLaterAsync() => _test.FailAsync(Failures.Transient(retryAfter: TimeSpan.FromSeconds(20)));
}
