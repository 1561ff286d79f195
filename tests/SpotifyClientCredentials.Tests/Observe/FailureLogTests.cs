using System.Net;
using Microsoft.Extensions.Logging;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Observe;

/// <summary>[B29]: events 3, 4 and 5, with the cause of each failure.</summary>
public sealed class FailureLogTests : IDisposable
{
    private readonly TestProvider _test = new();

    public void Dispose() => _test.Dispose();

    [Fact]
    public async Task AttemptFailed_WhileACallerWaits_IsAWarningWithTheBackoff()
    {
        Task<AccessToken> waiting = _test.GetAsync();
        await _test.FailAcquisitionAsync(Failures.Transient());

        LogEntry entry = Assert.Single(_test.Logs.Entries);
        TimeSpan backoff = entry.Value<TimeSpan>("Backoff");
        Assert.InRange(backoff, TimeSpan.FromSeconds(0.4), TimeSpan.FromSeconds(0.5));
        AssertLast(
            3,
            LogLevel.Warning,
            $"An attempt to get an access token for app '(unnamed)' failed, and the next one is due in {backoff}: the endpoint is down");
        Assert.Equal(["AppName", "Backoff", "Reason"], entry.Names);
        Assert.False(waiting.IsCompleted);
    }

    [Fact]
    public async Task AttemptFailed_OfEachAttempt_IsLogged()
    {
        _ = _test.GetAsync();
        for (int attempt = 1; attempt <= 3; attempt++)
        {
            await _test.AcquisitionAsync(attempt);
            await _test.FailAcquisitionAsync();
            _test.Clock.Advance(_test.Logs.Entries[^1].Value<TimeSpan>("Backoff"));
        }

        Assert.Equal([3, 3, 3], _test.Logs.Entries.Select(entry => entry.EventId.Id));
    }

    [Fact]
    public async Task AttemptFailed_WhenTheSourceThrowsAnyException_SaysWhat()
    {
        _test.Source.Response = _ => throw new InvalidOperationException("scripted");
        _ = _test.GetAsync();
        await Soon.UntilAsync(() => _test.Logs.Entries.Count == 1);

        Assert.EndsWith(": The token request to https://accounts.spotify.com/api/token failed: scripted", Assert.Single(_test.Logs.Events(3)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AttemptFailed_WhenTheTokenHasExpiredOnArrival_SaysSo()
    {
        _ = _test.GetAsync();
        ScriptedAcquisition acquisition = await _test.AcquisitionAsync(1);
        _test.Clock.Advance(TimeSpan.FromSeconds(5));
        acquisition.Grant(life: TimeSpan.FromSeconds(5));
        await Soon.UntilAsync(() => _test.Logs.Entries.Count == 1);

        LogEntry entry = Assert.Single(_test.Logs.Events(3));
        Assert.EndsWith(": The access token from https://accounts.spotify.com/api/token had expired before it arrived.", entry.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AttemptFailed_WhenTheAcquisitionExceedsItsTimeLimit_SaysSo()
    {
        _test.Source.HonorsCancellation = false;
        Task<AccessToken> getting = _test.GetAsync();
        await _test.AcquisitionAsync(1);

        _test.Clock.Advance(TimeSpan.FromSeconds(10));

        TokenRequestException failure = await Assert.ThrowsAsync<TokenRequestException>(() => getting).Within();
        Assert.Equal([3, 9], _test.Logs.Entries.Select(entry => entry.EventId.Id));
        Assert.EndsWith(": No access token came from https://accounts.spotify.com/api/token within 10 s (TokenRequestTimeout).", _test.Logs.Entries[0].Message, StringComparison.Ordinal);
        Assert.EndsWith(failure.Message, _test.Logs.Entries[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RenewalFailed_WithATokenThatIsStillUsable_IsAWarningWithExpiryAndBackoffAfterThatOfTheAttempt()
    {
        AccessToken token = await StartRenewalAsync();
        await _test.FailRenewalAsync(Failures.Transient(retryAfter: TimeSpan.FromSeconds(20)));

        LogEntry entry = AssertLast(
            4,
            LogLevel.Warning,
            $"The access token of app '(unnamed)' couldn't be renewed and stays in use; it expires on {token.ExpiresOn:u}, and the next attempt is due in 00:00:20: the endpoint is down",
            before: [1, 3]);
        Assert.Equal(["AppName", "ExpiresOn", "Backoff", "Reason"], entry.Names);
        Assert.Equal(TimeSpan.FromSeconds(20), _test.Logs.Entries[1].Value<TimeSpan>("Backoff"));
    }

    [Fact]
    public async Task RenewalFailed_OfARejectedToken_IsLogged()
    {
        _test.Provider.Reject(await _test.CacheTokenAsync());
        await _test.FailRenewalAsync();

        Assert.Equal([1, 7, 3, 4], _test.Logs.Entries.Select(entry => entry.EventId.Id));
    }

    [Fact]
    public async Task RenewalFailed_WithATokenThatIsPastItsMargin_IsNotLogged()
    {
        await _test.CacheTokenAsync();
        _test.Clock.Advance(TestProvider.Hour - TimeSpan.FromSeconds(11));
        _test.GetCachedValue();
        _test.Clock.Advance(TimeSpan.FromSeconds(1));

        await _test.FailAcquisitionAsync();

        Assert.Equal([1, 3], _test.Logs.Entries.Select(entry => entry.EventId.Id));
    }

    [Theory]
    [InlineData(HttpStatusCode.BadRequest, "invalid_client")]
    [InlineData(HttpStatusCode.Unauthorized, null)]
    public async Task CredentialsRejected_ByTheEndpoint_IsAnError(HttpStatusCode status, string? error)
    {
        _ = _test.GetAsync();
        await _test.FailAcquisitionAsync(new TokenRequestException("who are you?", isTransient: false) { StatusCode = status, Error = error });
        await Soon.UntilAsync(() => _test.Logs.Events(5).Any());

        LogEntry entry = Assert.Single(_test.Logs.Events(5));
        Assert.Equal(
            (LogLevel.Error, "The token endpoint rejected the credentials of app '(unnamed)': who are you?"), (entry.Level, entry.Message));
        Assert.Equal(["AppName", "Reason"], entry.Names);
    }

    [Fact]
    public async Task CredentialsRejected_InARenewal_IsLoggedBeforeTheFailedRenewal()
    {
        await StartRenewalAsync();
        await _test.FailRenewalAsync(Failures.Permanent());

        Assert.Equal([1, 3, 5, 4], _test.Logs.Entries.Select(entry => entry.EventId.Id));
    }

    [Fact]
    public async Task CredentialsRejected_ForAnotherError_IsNotLogged()
    {
        await _test.FailAsync(new TokenRequestException("no", isTransient: false) { StatusCode = HttpStatusCode.BadRequest, Error = "server_error" });

        Assert.Equal([3, 9], _test.Logs.Entries.Select(entry => entry.EventId.Id));
    }

    /// <summary>Starts the renewal of a token that is usable for 3:50 minutes more.</summary>
    private async Task<AccessToken> StartRenewalAsync()
    {
        AccessToken token = await _test.CacheTokenAsync();
        _test.Clock.Advance(TimeSpan.FromMinutes(56));
        Assert.Equal(token.Value, _test.GetCachedValue());
        return token;
    }

    private LogEntry AssertLast(int eventId, LogLevel level, string message, params int[] before)
    {
        Assert.Equal([.. before, eventId], _test.Logs.Entries.Select(entry => entry.EventId.Id));
        LogEntry entry = _test.Logs.Entries[^1];
        Assert.Equal((level, message), (entry.Level, entry.Message));
        return entry;
    }
}
