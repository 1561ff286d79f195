using System.Diagnostics;
using System.Reflection;
using Microsoft.Extensions.Time.Testing;
using SpotifyClientCredentials.Testing;

namespace SpotifyClientCredentials.Tests.Testing;

public sealed class RecordedRequestTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 23, 9, 30, 0, TimeSpan.Zero));
    private FakeSpotify _fake = null!;
    private HttpClient _client = null!;

    public async Task InitializeAsync()
    {
        _fake = await FakeSpotify.StartAsync(_time);
        _client = _fake.CreateClient();
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _fake.DisposeAsync();
    }

    [Fact]
    public async Task TokenRequest_Recorded_IsWhatTheClientSent()
    {
        _time.Advance(TimeSpan.FromSeconds(5));
        _ = await _client.GetTokenAsync(_fake);

        RecordedRequest request = Assert.Single(_fake.TokenRequests);
        Assert.Equal(HttpMethod.Post, request.Method);
        Assert.Equal(_fake.TokenEndpoint, request.Uri);
        Assert.Equal("grant_type=client_credentials", request.Body);
        Assert.Equal(FakeSpotifyClient.Basic(_fake.ClientId, _fake.ClientSecret), request.Headers["authorization"]);
        Assert.Equal("application/x-www-form-urlencoded", request.Headers["Content-Type"]);
        Assert.Equal(new DateTimeOffset(2026, 11, 23, 9, 30, 5, TimeSpan.Zero), request.Time);
    }

    [Fact]
    public async Task ApiRequest_Recorded_KeepsTheClientsEscaping()
    {
        using HttpResponseMessage response = await _client.GetAsync("search?q=a%2Fb%20c&type=track");

        RecordedRequest request = Assert.Single(_fake.ApiRequests);
        Assert.Equal($"{_fake.ApiBaseAddress}search?q=a%2Fb%20c&type=track", request.Uri.AbsoluteUri);
        Assert.Equal("", request.Body);
    }

    [Fact]
    public async Task Header_InSeveralLines_IsJoined()
    {
        using HttpRequestMessage request = new(HttpMethod.Get, "markets");
        request.Headers.Add("X-Line", ["one", "two"]);
        using HttpResponseMessage response = await _client.SendAsync(request);

        Assert.Equal("one, two", Assert.Single(_fake.ApiRequests).Headers["x-line"]);
    }

    [Fact]
    public async Task TokenRequests_TakenEarlier_DoNotGrow()
    {
        IReadOnlyList<RecordedRequest> before = _fake.TokenRequests;

        _ = await _client.GetTokenAsync(_fake);

        Assert.Empty(before);
        _ = Assert.Single(_fake.TokenRequests);
    }

    [Fact]
    public async Task ToString_Always_LeavesHeadersBodyAndQueryOut()
    {
        using HttpRequestMessage request = new(HttpMethod.Put, "markets?access_token=secret") { Content = new StringContent("secret") };
        request.Headers.Authorization = new("Bearer", "secret");
        using HttpResponseMessage response = await _client.SendAsync(request);

        Assert.Equal($"PUT {_fake.ApiBaseAddress}markets?…", Assert.Single(_fake.ApiRequests).ToString());
    }

    [Theory]
    [InlineData(typeof(RecordedRequest), nameof(RecordedRequest.Headers))]
    [InlineData(typeof(RecordedRequest), nameof(RecordedRequest.Body))]
    [InlineData(typeof(RecordedRequest), nameof(RecordedRequest.Uri))]
    [InlineData(typeof(FakeSpotify), nameof(FakeSpotify.ClientSecret))]
    public void DebuggerView_OfASecretMember_IsHidden(Type type, string member)
    {
        Assert.Equal("{ToString(),nq}", type.GetCustomAttribute<DebuggerDisplayAttribute>()?.Value);
        Assert.Equal(DebuggerBrowsableState.Never, type.GetProperty(member)?.GetCustomAttribute<DebuggerBrowsableAttribute>()?.State);
    }
}
