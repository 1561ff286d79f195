using System.Net;
using Microsoft.Extensions.Logging;
using SpotifyClientCredentials.Configure;
using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Observe;

public sealed class ProviderLogTests : IDisposable
{
    private readonly TestProvider _test = new();

    public void Dispose() => _test.Dispose();

    [Fact]
    public async Task Acquired_ForAWaitingCaller_IsInformationWithTheExpiry()
    {
        AccessToken token = await _test.CacheTokenAsync();

        AssertOnly(1, LogLevel.Information, $"Acquired an access token for app '(unnamed)' from the token endpoint; it expires on {Text(token.ExpiresOn)}");
    }

    [Theory]
    [InlineData("", "(unnamed)")]
    [InlineData("shop", "shop")]
    public void ShownName_OfAnApp_IsItsNameOrUnnamed(string appName, string shown) =>
        Assert.Equal(shown, new OptionsSnapshot(TestOptions.Create(), appName, "keys").DisplayName);

    [Fact]
    public async Task RenewedAhead_OfTheExpiry_IsDebug()
    {
        await _test.CacheTokenAsync();
        _test.Clock.Advance(TimeSpan.FromMinutes(56));
        _test.GetCachedValue();
        await _test.GrantRenewalAsync();
        await Soon.UntilAsync(() => _test.Logs.Entries.Count == 2);

        AssertOnly(
            2,
            LogLevel.Debug,
            $"Renewed the access token of app '(unnamed)' ahead of its expiry; the new one comes from the token endpoint and expires on {Text(_test.Clock.GetUtcNow() + TestProvider.Hour)}",
            besides: 1);
    }

    [Fact]
    public async Task RenewalFailed_WithATokenThatIsStillUsable_IsAWarningWithExpiryAndBackoff()
    {
        AccessToken token = await _test.CacheTokenAsync();
        _test.Clock.Advance(TimeSpan.FromMinutes(56));
        _test.GetCachedValue();
        await _test.FailRenewalAsync(new TokenRequestException("down", isTransient: true) { RetryAfter = TimeSpan.FromSeconds(20) });

        AssertOnly(
            4,
            LogLevel.Warning,
            $"The access token of app '(unnamed)' couldn't be renewed and stays in use; it expires on {Text(token.ExpiresOn)}, and the next attempt is due in 00:00:20: down",
            besides: 1);
    }

    [Fact]
    public async Task RenewalFailed_WithATokenThatIsPastItsMargin_IsNotLogged()
    {
        await _test.CacheTokenAsync();
        _test.Clock.Advance(TimeSpan.FromMinutes(59) - TimeSpan.FromSeconds(1));
        _test.GetCachedValue();
        _test.Clock.Advance(TimeSpan.FromSeconds(1));

        await _test.FailAsync();

        Assert.Empty(_test.Logs.Events(4));
    }

    [Theory]
    [InlineData(HttpStatusCode.BadRequest, "invalid_client")]
    [InlineData(HttpStatusCode.Unauthorized, null)]
    public async Task CredentialsRejected_ByTheEndpoint_IsAnError(HttpStatusCode status, string? error)
    {
        await _test.FailAsync(new TokenRequestException("who are you?", isTransient: false) { StatusCode = status, Error = error });

        AssertOnly(5, LogLevel.Error, "The token endpoint rejected the credentials of app '(unnamed)': who are you?");
    }

    [Fact]
    public async Task CredentialsRejected_InARenewal_IsLoggedBeforeTheFailedRenewal()
    {
        await _test.CacheTokenAsync();
        _test.Clock.Advance(TimeSpan.FromMinutes(56));
        _test.GetCachedValue();
        await _test.FailRenewalAsync(new TokenRequestException("who are you?", isTransient: false) { Error = "invalid_client" });

        Assert.Equal([1, 5, 4], _test.Logs.Entries.Select(entry => entry.EventId.Id));
    }

    [Fact]
    public async Task CredentialsRejected_ForAnotherError_IsNotLogged()
    {
        await _test.FailAsync(new TokenRequestException("no", isTransient: false) { StatusCode = HttpStatusCode.BadRequest, Error = "server_error" });

        Assert.Empty(_test.Logs.Entries);
    }

    [Fact]
    public async Task TokenRejected_ByTheApi_IsAWarning()
    {
        _test.Provider.Invalidate(await _test.CacheTokenAsync());

        AssertOnly(7, LogLevel.Warning, "The Web API rejected the access token of app '(unnamed)' with 401; it is replaced", besides: 1);
    }

    [Fact]
    public async Task TokenRejected_WithinThePause_IsNotLogged()
    {
        _test.Provider.Invalidate(await _test.CacheTokenAsync());
        _test.Provider.Invalidate(await _test.CacheTokenAsync());

        Assert.Single(_test.Logs.Events(7));
    }

    [Fact]
    public async Task AttemptFailed_OfEachAttempt_IsAWarningWithItsNumber()
    {
        await using TestHttpProvider test = await TestHttpProvider.StartAsync(configure: options => options.MaxRetryAttempts = 1);
        test.Fake.TokenResponse = FakeResponse.UpstreamReset;

        await Assert.ThrowsAsync<TokenRequestException>(() => test.Provider.GetTokenAsync().AsTask()).Within();

        string reason = $"The token endpoint {test.Fake.TokenEndpoint} returned 503 with 95 bytes of text/plain, which are not an OAuth response.";
        Assert.Equal(
            [
                (3, LogLevel.Warning, $"Attempt 1 to request an access token for app '(unnamed)' failed: {reason}"),
                (3, LogLevel.Warning, $"Attempt 2 to request an access token for app '(unnamed)' failed: {reason}"),
            ],
            test.Logs.Entries.Select(entry => (entry.EventId.Id, entry.Level, entry.Message)));
    }

    private void AssertOnly(int eventId, LogLevel level, string message, params int[] besides)
    {
        Assert.Equal([.. besides, eventId], _test.Logs.Entries.Select(entry => entry.EventId.Id));
        LogEntry entry = Assert.Single(_test.Logs.Events(eventId));
        Assert.Equal((level, message), (entry.Level, entry.Message));
    }

    private static string Text(DateTimeOffset moment) => moment.ToString("u", System.Globalization.CultureInfo.InvariantCulture);
}
