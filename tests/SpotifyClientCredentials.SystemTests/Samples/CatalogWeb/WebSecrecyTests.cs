using System.Net;
using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Observe.Secrets;

namespace SpotifyClientCredentials.SystemTests.Samples.CatalogWeb;

/// <summary>All that the sample sends to a browser or writes to the console, searched for secrets.</summary>
public sealed class WebSecrecyTests
{
    [Fact]
    public async Task Everything_ThatABrowserOrTheConsoleGets_HasNoSecret()
    {
        await using FakeSpotify fake = await FakeSpotify.StartAsync();
        await using WebProcess web = await WebProcess.StartAsync(
        [
            .. WebProcess.CredentialsOf(fake),
            new("Logging__LogLevel__Default", "Trace"),
            new("Logging__LogLevel__Microsoft.AspNetCore", "Trace"),
            new("Logging__LogLevel__Polly", "Trace"),
            new("Logging__LogLevel__System.Net.Http.HttpClient", "Trace"),
        ]);
        await using PanelStream panel = await PanelStream.OpenAsync(web);

        string seen = "";
        foreach (string path in (string[])["", "app.js", "style.css", "health", "fake/revoke", "api/search?q=tide"])
        {
            seen += await GetAsync(web, path);
        }

        string echo = $$"""{ "error": "invalid_client", "error_description": "{{fake.ClientSecret}}" }""";
        fake.TokenResponse = FakeResponse.Json(echo, HttpStatusCode.BadRequest);
        fake.RevokeTokens();
        seen += await GetAsync(web, "api/search?q=tide");
        seen += await GetAsync(web, "health");
        await panel.ReadUntilAsync(state => state.GetProperty("traffic").GetProperty("failedCalls").GetInt32() == 1);

        string token = Assert.Single(fake.ApiRequests.Select(request => request.Headers["Authorization"]["Bearer ".Length..]).Distinct());
        SecretSearch secrets = new SecretSearch().AddCredentials(fake.ClientId, fake.ClientSecret).Add("token", token);

        Assert.Contains("Authorization: *", web.Output, StringComparison.Ordinal); // so the clients' headers were logged
        secrets.AssertNoneIn(seen);
        secrets.AssertNoneIn(panel.Text);
        secrets.AssertNoneIn(web.Output);
    }

    private static async Task<string> GetAsync(WebProcess web, string path)
    {
        using HttpResponseMessage response = await web.Client.GetAsync(path);
        return $"{response}\n{await response.Content.ReadAsStringAsync()}\n";
    }
}
