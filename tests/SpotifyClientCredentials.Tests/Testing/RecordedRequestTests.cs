using System.Diagnostics;
using System.Reflection;
using SpotifyClientCredentials.Testing;

namespace SpotifyClientCredentials.Tests.Testing;

public sealed class RecordedRequestTests : FakeSpotifyTest
{
    [Fact]
    public async Task TokenRequests_AfterATokenRequest_ContainWhatTheClientSent()
    {
        Time.Advance(TimeSpan.FromSeconds(5));
        _ = await Client.GetTokenAsync(Fake);

        RecordedRequest request = Assert.Single(Fake.TokenRequests);
        Assert.Equal(HttpMethod.Post, request.Method);
        Assert.Equal(Fake.TokenEndpoint, request.RequestUri);
        Assert.Equal("grant_type=client_credentials", request.Body);
        Assert.Equal(FakeSpotifyClient.Basic(Fake.ClientId, Fake.ClientSecret), request.Headers["authorization"]);
        Assert.Equal("application/x-www-form-urlencoded", request.Headers["Content-Type"]);
        Assert.Equal(new DateTimeOffset(2026, 11, 23, 9, 30, 5, TimeSpan.Zero), request.ReceivedAt);
    }

    [Fact]
    public async Task RequestUri_WithEscapedCharacters_KeepsTheClientsEscaping()
    {
        using HttpResponseMessage response = await Client.GetAsync("search?q=a%2Fb%20c&type=track");

        RecordedRequest request = Assert.Single(Fake.ApiRequests);
        Assert.Equal($"{Fake.ApiBaseAddress}search?q=a%2Fb%20c&type=track", request.RequestUri.AbsoluteUri);
        Assert.Equal("", request.Body);
    }

    [Fact]
    public async Task Headers_SentOnSeveralLines_AreJoined()
    {
        using HttpRequestMessage request = new(HttpMethod.Get, "markets");
        request.Headers.Add("X-Line", ["one", "two"]);
        using HttpResponseMessage response = await Client.SendAsync(request);

        Assert.Equal("one, two", Assert.Single(Fake.ApiRequests).Headers["x-line"]);
    }

    [Fact]
    public async Task TokenRequests_ReadBeforeARequest_DoNotChange()
    {
        IReadOnlyList<RecordedRequest> before = Fake.TokenRequests;

        _ = await Client.GetTokenAsync(Fake);

        Assert.Empty(before);
        _ = Assert.Single(Fake.TokenRequests);
    }

    [Fact]
    public async Task ToString_Always_OmitsHeadersBodyAndQuery()
    {
        using HttpRequestMessage request = new(HttpMethod.Put, "markets?access_token=secret") { Content = new StringContent("secret") };
        request.Headers.Authorization = new("Bearer", "secret");
        using HttpResponseMessage response = await Client.SendAsync(request);

        Assert.Equal($"PUT {Fake.ApiBaseAddress}markets?…", Assert.Single(Fake.ApiRequests).ToString());
    }

    [Theory]
    [InlineData(typeof(RecordedRequest), nameof(RecordedRequest.Headers))]
    [InlineData(typeof(RecordedRequest), nameof(RecordedRequest.Body))]
    [InlineData(typeof(RecordedRequest), nameof(RecordedRequest.RequestUri))]
    [InlineData(typeof(FakeSpotify), nameof(FakeSpotify.ClientSecret))]
    public void DebuggerView_Always_HidesMembersWithSecrets(Type type, string member)
    {
        Assert.Equal("{ToString(),nq}", type.GetCustomAttribute<DebuggerDisplayAttribute>()?.Value);
        Assert.Equal(DebuggerBrowsableState.Never, type.GetProperty(member)?.GetCustomAttribute<DebuggerBrowsableAttribute>()?.State);
    }
}
