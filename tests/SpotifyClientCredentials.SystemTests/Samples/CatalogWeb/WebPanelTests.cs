using System.Text.Json;
using System.Text.RegularExpressions;
using SpotifyClientCredentials.Testing;

namespace SpotifyClientCredentials.SystemTests.Samples.CatalogWeb;

/// <summary>What the panel is told, by server-sent events.</summary>
public sealed class WebPanelTests
{
    [Fact]
    public async Task Panel_Opened_SaysAtOnceWhatTheTokenIs()
    {
        await using WebProcess web = await WebProcess.StartAsync(tokenLifetime: "00:00:40");
        await using PanelStream panel = await PanelStream.OpenAsync(web);

        JsonElement state = await panel.ReadUntilAsync(HasToken);

        Assert.Equal("text/event-stream", panel.MediaType);
        Assert.StartsWith("state: {", panel.Text, StringComparison.Ordinal);
        JsonElement token = state.GetProperty("token");
        Assert.Equal((40, 10, 2), (Number(token, "lifetime"), Number(token, "window"), Number(token, "margin")));
        Assert.Equal(
            """{"tokenRequests":1,"apiCalls":0,"failedCalls":0,"heldBack":0,"lastError":null}{"tokenLifetime":40,"isTokenEndpointDown":false,"isRateLimited":false}""",
            $"{state.GetProperty("traffic")}{state.GetProperty("fake")}");
    }

    [Fact]
    public async Task Panel_WithCredentials_SaysNothingOfAFake()
    {
        await using FakeSpotify fake = await FakeSpotify.StartAsync();
        await using WebProcess web = await WebProcess.StartAsync(WebProcess.CredentialsOf(fake));
        await using PanelStream panel = await PanelStream.OpenAsync(web);

        JsonElement state = await panel.ReadUntilAsync(HasToken);

        Assert.Equal(JsonValueKind.Null, state.GetProperty("fake").ValueKind);
        JsonElement token = state.GetProperty("token");
        Assert.Equal((3600, 300, 10), (Number(token, "lifetime"), Number(token, "window"), Number(token, "margin")));
    }

    [Fact]
    public async Task Panel_AfterARevocation_ShowsThatTheNextCallWasRetried()
    {
        await using WebProcess web = await WebProcess.StartAsync();
        await using PanelStream panel = await PanelStream.OpenAsync(web);
        await panel.ReadUntilAsync(HasToken);

        await PostAsync(web, "revoke");
        Assert.Contains("Harbour", await web.Client.GetStringAsync("api/search?q=tide"), StringComparison.Ordinal);

        JsonElement state = await panel.ReadUntilAsync(state => HasToken(state) && Number(state.GetProperty("token"), "number") == 2);
        string traffic = Regex.Replace(state.GetProperty("traffic").GetRawText(), "\"at\":\"[^\"]+\"", "AT");
        Assert.Equal(
            """{"tokenRequests":2,"apiCalls":2,"failedCalls":0,"heldBack":0,"lastError":{AT,"message":"The Web API returned 401 (Unauthorized)."}}""", traffic);
    }

    [Fact]
    public async Task Panel_WhileARevokedTokenCannotBeReplaced_ShowsItAndCountsTheFailedCalls()
    {
        await using WebProcess web = await WebProcess.StartAsync();
        await using PanelStream panel = await PanelStream.OpenAsync(web);
        await panel.ReadUntilAsync(HasToken);

        await PostAsync(web, "token-endpoint/down");
        await PostAsync(web, "revoke");
        using HttpResponseMessage failed = await web.Client.GetAsync("api/search?q=tide");
        JsonElement state = await panel.ReadUntilAsync(state => Number(state.GetProperty("traffic"), "failedCalls") == 1);

        Assert.True(state.GetProperty("fake").GetProperty("isTokenEndpointDown").GetBoolean());
        Assert.Equal(1, Number(state.GetProperty("token"), "number"));
        Assert.Equal(
            "The Spotify Web API returned 401 (Unauthorized). Try again later.",
            state.GetProperty("traffic").GetProperty("lastError").GetProperty("message").GetString());

        await PostAsync(web, "token-endpoint/up");
        await SearchUntilSuccessAsync(web);
        await panel.ReadUntilAsync(state => HasToken(state) && Number(state.GetProperty("token"), "number") == 2);
    }

    [Fact]
    public async Task Panel_WhileThereIsNoToken_SaysSoUntilTheEndpointIsUp()
    {
        await using FakeSpotify fake = await FakeSpotify.StartAsync();
        fake.TokenResponse = FakeResponse.ServiceUnavailableHtml;
        await using WebProcess web = await WebProcess.StartAsync(WebProcess.CredentialsOf(fake));
        await using PanelStream panel = await PanelStream.OpenAsync(web);

        using HttpResponseMessage failed = await web.Client.GetAsync("api/search?q=tide");
        JsonElement state = await panel.ReadUntilAsync(state => Number(state.GetProperty("traffic"), "failedCalls") == 1);

        Assert.False(HasToken(state));
        Assert.Equal(
            "The token endpoint returned 503 (Service Unavailable).",
            state.GetProperty("traffic").GetProperty("lastError").GetProperty("message").GetString());

        fake.TokenResponse = null;
        await SearchUntilSuccessAsync(web);
        await panel.ReadUntilAsync(HasToken);
    }

    // Until the library's backoff is over.
    private static async Task SearchUntilSuccessAsync(WebProcess web)
    {
        using CancellationTokenSource limit = new(SampleStart.HangLimit);
        while (!(await web.Client.GetAsync("api/search?q=tide", limit.Token)).IsSuccessStatusCode)
        {
            limit.Token.ThrowIfCancellationRequested();
        }
    }

    private static bool HasToken(JsonElement state) => state.GetProperty("token").ValueKind == JsonValueKind.Object;

    private static double Number(JsonElement element, string property) => element.GetProperty(property).GetDouble();

    private static async Task PostAsync(WebProcess web, string control)
    {
        using HttpResponseMessage response = await web.Client.PostAsync($"fake/{control}", null);
        response.EnsureSuccessStatusCode();
    }
}
