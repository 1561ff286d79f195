using System.Net;
using Microsoft.Extensions.Options;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Attach;

/// <summary>Requests before the first settings are read, through a handler that every client has by default and through a client's own.</summary>
public sealed class BearerTokenHandlerSettingsTests : IAsyncLifetime
{
    private VaultApp _app = null!;

    public Task InitializeAsync()
    {
        _app = VaultApp.Create();
        return Task.CompletedTask;
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task SendAsync_ToOtherServersWhileTheVaultFails_WaitsOnceForOneReadAndPasses()
    {
        Task<HttpResponseMessage>[] sending = [.. Enumerable.Range(0, 15).Select(_ => _app.SendAsync(VaultApp.Other))];
        VaultRead read = await _app.ReadAsync(1);
        _app.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.All(sending, call => Assert.False(call.IsCompleted));

        read.Fail();

        Assert.All(await Task.WhenAll(sending).Within(), response => Assert.Equal(HttpStatusCode.OK, response.StatusCode));
        Assert.Equal(1, _app.Reads);
        Assert.All(_app.Authorizations, Assert.Null);
    }

    [Fact]
    public async Task SendAsync_ToAnotherServerAfterTheVaultFailed_StartsAReadThatIsDueAndDoesNotWait()
    {
        await _app.FailAsync();
        (await _app.SendAsync(VaultApp.Other).Within()).EnsureSuccessStatusCode();
        Assert.Equal(1, _app.Reads);

        _app.Clock.Advance(TimeSpan.FromSeconds(0.5));
        (await _app.SendAsync(VaultApp.Other).Within()).EnsureSuccessStatusCode();
        VaultRead read = await _app.ReadAsync(2);
        (await _app.SendAsync(VaultApp.Other).Within()).EnsureSuccessStatusCode();

        Assert.Equal(2, _app.Reads);
        read.Succeed();
        Assert.Equal("BQ", (await _app.GetAsync().Within()).Value);
        Assert.Equal(2, _app.Reads);
    }

    [Fact]
    public async Task SendAsync_ToAnotherServerAfterTheVaultTookTooLong_DoesNotWait()
    {
        Task<HttpResponseMessage> first = _app.SendAsync(VaultApp.Other);
        await _app.ReadAsync(1);
        _app.Clock.Advance(TimeSpan.FromSeconds(8));
        (await first.Within()).EnsureSuccessStatusCode();

        (await _app.SendAsync(VaultApp.Other).Within()).EnsureSuccessStatusCode();

        Assert.Equal(1, _app.Reads);
        Assert.Single(_app.Logs.Events(9));
    }

    [Fact]
    public async Task SendAsync_ToAnotherServerWithInvalidSettings_Passes()
    {
        _app.Configuration["Spotify:ClientId"] = "";
        Task<HttpResponseMessage> sending = _app.SendAsync(VaultApp.Other);

        (await _app.ReadAsync(1)).Succeed();

        (await sending.Within()).EnsureSuccessStatusCode();
        await Assert.ThrowsAsync<OptionsValidationException>(() => _app.SendAsync(VaultApp.Track)).Within();
        Assert.Equal([null], _app.Authorizations);
    }

    [Fact]
    public async Task SendAsync_ToAnotherServerCancelledDuringTheRead_EndsAtOnce()
    {
        using CancellationTokenSource cancellation = new();
        Task<HttpResponseMessage> sending = _app.SendAsync(VaultApp.Other, cancellationToken: cancellation.Token);
        await _app.ReadAsync(1);

        cancellation.Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending).Within();
        Assert.Empty(_app.Server.Sent);
    }

    [Fact]
    public async Task Send_ToAnotherServerWhileTheVaultFails_WaitsAndPasses()
    {
        Task<HttpResponseMessage> sending = Task.Run(() => Send(VaultApp.Other));

        (await _app.ReadAsync(1)).Fail();

        (await sending.Within()).EnsureSuccessStatusCode();
        Send(VaultApp.Other).EnsureSuccessStatusCode();
        Assert.Equal(1, _app.Reads);
    }

    [Fact]
    public async Task SendAsync_ToSpotifyWhileTheVaultFails_ThrowsAndSendsNothing()
    {
        Task<HttpResponseMessage> sending = _app.SendAsync(VaultApp.Track);

        (await _app.ReadAsync(1)).Fail();

        await Assert.ThrowsAsync<TokenRequestException>(() => sending).Within();
        Assert.Throws<TokenRequestException>(() => Send(VaultApp.Track));
        Assert.Empty(_app.Server.Sent);
    }

    [Fact]
    public async Task SendAsync_ByAClientsOwnHandlerWhileTheVaultFails_ThrowsWhateverTheServer()
    {
        Task<HttpResponseMessage> sending = _app.SendAsync(VaultApp.Other, VaultApp.ApiClient);

        (await _app.ReadAsync(1)).Fail();

        await Assert.ThrowsAsync<TokenRequestException>(() => sending).Within();
        Assert.Empty(_app.Server.Sent);
    }

    [Fact]
    public async Task SendAsync_ToTheConfiguredApiDuringTheRead_CarriesTheToken()
    {
        _app.Configuration["Spotify:ApiBaseAddress"] = VaultApp.Other;
        Task<HttpResponseMessage> sending = _app.SendAsync(VaultApp.Other);

        (await _app.ReadAsync(1)).Succeed();

        (await sending.Within()).EnsureSuccessStatusCode();
        Assert.Equal(["Bearer BQ"], _app.Authorizations);
    }

    [Fact]
    public async Task SendAsync_AfterALongRead_HasTheRestOfItsLimitForTheToken()
    {
        _app.Configuration["Spotify:TokenRequestTimeout"] = "00:00:06";
        _app.IsTokenEndpointSilent = true;
        Task<HttpResponseMessage> sending = _app.SendAsync(VaultApp.Track);
        Task<AccessToken> getting = _app.GetAsync();
        VaultRead read = await _app.ReadAsync(1);
        _app.Clock.Advance(TimeSpan.FromSeconds(5));
        read.Succeed();
        await Soon.UntilAsync(() => _app.Clock.TimersSetFor(TimeSpan.FromSeconds(1)) == 2);

        _app.Clock.Advance(TimeSpan.FromSeconds(1));

        await Assert.ThrowsAsync<TokenRequestException>(() => sending).Within();
        await Assert.ThrowsAsync<TokenRequestException>(() => getting).Within();
    }

    [Fact]
    public async Task SendAsync_AfterDisposeWithoutARead_ThrowsAndReadsNothing()
    {
        _app.Provider.Dispose();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => _app.SendAsync(VaultApp.Track)).Within();
        (await _app.SendAsync(VaultApp.Other).Within()).EnsureSuccessStatusCode();
        Assert.Equal(0, _app.Reads);
    }

    [Fact]
    public async Task SendAsync_AfterDisposeDuringTheBackoff_Throws()
    {
        await _app.FailAsync();

        _app.Provider.Dispose();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => _app.SendAsync(VaultApp.Track)).Within();
    }

    private HttpResponseMessage Send(string address)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, address);
        return _app.Services.CreateClient("any").Send(request);
    }
}
