using Microsoft.Extensions.Logging;
using SpotifyClientCredentials.Configure;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Observe;

/// <summary>
/// [B29]: events 1, 2, 7 and 10 with their levels, texts and values. For the others, see <see cref="FailureLogTests"/>, <see cref="OutageLogTests"/>,
/// Share and Configure.
/// </summary>
public sealed class ProviderLogTests : IDisposable
{
    private readonly TestProvider _test = new();

    public void Dispose() => _test.Dispose();

    [Fact]
    public async Task Acquired_ForAWaitingCaller_IsInformationWithTheExpiry()
    {
        AccessToken token = await _test.CacheTokenAsync();

        LogEntry entry = AssertLast(1, LogLevel.Information, $"Acquired an access token for app '(unnamed)' from the token endpoint; it expires on {Text(token.ExpiresOn)}");
        Assert.Equal(["AppName", "Origin", "ExpiresOn"], entry.Names);
    }

    [Theory]
    [InlineData("", "(unnamed)")]
    [InlineData("shop", "shop")]
    public void ShownName_OfAnApp_IsItsNameOrUnnamed(string appName, string shown) =>
        Assert.Equal(shown, new OptionsSnapshot(TestOptions.Create(), appName, "keys").DisplayName);

    [Fact]
    public async Task Acquired_InPlaceOfARejectedToken_IsInformation()
    {
        _test.Provider.Reject(await _test.CacheTokenAsync());
        await _test.GrantRenewalAsync();
        await Soon.UntilAsync(() => _test.Logs.Entries.Count == 3);

        AssertLast(
            1,
            LogLevel.Information,
            $"Acquired an access token for app '(unnamed)' from the token endpoint; it expires on {Text(_test.Clock.GetUtcNow() + TestProvider.Hour)}",
            before: [1, 7]);
    }

    [Fact]
    public async Task RenewedAhead_OfTheExpiry_IsDebug()
    {
        await _test.CacheTokenAsync();
        _test.Clock.Advance(TimeSpan.FromMinutes(56));
        _test.GetCachedValue();
        await _test.GrantRenewalAsync();
        await Soon.UntilAsync(() => _test.Logs.Entries.Count == 2);

        LogEntry entry = AssertLast(
            2,
            LogLevel.Debug,
            $"Renewed the access token of app '(unnamed)' ahead of its expiry; the new one comes from the token endpoint and expires on {Text(_test.Clock.GetUtcNow() + TestProvider.Hour)}",
            before: 1);
        Assert.Equal(["AppName", "Origin", "ExpiresOn"], entry.Names);
    }

    [Fact]
    public async Task TokenRejected_ByTheApi_IsAWarning()
    {
        _test.Provider.Reject(await _test.CacheTokenAsync());

        LogEntry entry = AssertLast(
            7, LogLevel.Warning, "The Web API rejected the access token of app '(unnamed)' with 401; it stays in use until there is another", before: 1);
        Assert.Equal(["AppName"], entry.Names);
    }

    [Fact]
    public async Task TokenRejected_SeveralTimes_IsLoggedOncePerToken()
    {
        AccessToken first = await _test.CacheTokenAsync();
        _test.Provider.Reject(first);
        _test.Provider.Reject(first);
        await _test.GrantRenewalAsync();
        _test.Provider.Reject(first);
        Assert.Single(_test.Logs.Events(7));

        _test.Provider.Reject(await _test.GetAsync());
        Assert.Equal(2, _test.Logs.Events(7).Count());
    }

    [Theory]
    [InlineData("https://example.org/", null, "another address")]
    [InlineData("https://api.spotify.com/v1/me", "Bearer of-a-user", "an Authorization of its own")]
    public async Task RequestLeftAlone_WithoutTheToken_IsDebugAndSaysWhy(string address, string? authorization, string reason)
    {
        using HttpMessageInvoker invoker = new(new BearerTokenHandler(_test.Provider) { InnerHandler = new ScriptedApi(_ => new HttpResponseMessage()) });
        using HttpRequestMessage request = BearerPipeline.Get(address);
        _ = authorization is null || request.Headers.TryAddWithoutValidation("Authorization", authorization);

        await invoker.SendAsync(request, CancellationToken.None);

        LogEntry entry = AssertLast(10, LogLevel.Debug, $"A request gets no access token of app '(unnamed)', because it has {reason}");
        Assert.Equal(["AppName", "Reason"], entry.Names);
    }

    [Fact]
    public async Task RequestLeftAlone_OfARequestWithTheToken_IsNotLogged()
    {
        await _test.CacheTokenAsync();
        using HttpMessageInvoker invoker = new(new BearerTokenHandler(_test.Provider) { InnerHandler = new ScriptedApi(_ => new HttpResponseMessage()) });

        await invoker.SendAsync(BearerPipeline.Get(), CancellationToken.None);

        AssertLast(1, LogLevel.Information, _test.Logs.Entries[0].Message);
    }

    private LogEntry AssertLast(int eventId, LogLevel level, string message, params int[] before)
    {
        Assert.Equal([.. before, eventId], _test.Logs.Entries.Select(entry => entry.EventId.Id));
        LogEntry entry = _test.Logs.Entries[^1];
        Assert.Equal((level, message), (entry.Level, entry.Message));
        return entry;
    }

    private static string Text(DateTimeOffset moment) => moment.ToString("u", System.Globalization.CultureInfo.InvariantCulture);
}
