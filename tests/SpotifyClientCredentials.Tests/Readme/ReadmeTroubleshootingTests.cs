using System.Globalization;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Readme;

public sealed class ReadmeTroubleshootingTests
{
    public static TheoryData<string, string, bool> TokenResponses()
    {
        TheoryData<string, string, bool> responses = [];
        foreach (IReadOnlyDictionary<string, string> row in MarkdownFile.Readme.Table("The token request failed"))
        {
            foreach (string status in row["Status"].Split(", "))
            {
                responses.Add(status, row["Body"], bool.Parse(row["IsTransient"]));
            }
        }

        return responses;
    }

    public static TheoryData<int, string, string> ApiResponses()
    {
        TheoryData<int, string, string> responses = [];
        foreach (IReadOnlyDictionary<string, string> row in MarkdownFile.Readme.Table("The Web API returned an error"))
        {
            responses.Add(int.Parse(row["Status"], CultureInfo.InvariantCulture), row["Body says"], row["New token?"]);
        }

        return responses;
    }

    [Theory]
    [MemberData(nameof(TokenResponses))]
    public async Task GetTokenAsync_WithAResponseOfTheTable_FailsAsTheTableSays(string status, string body, bool isTransient)
    {
        await using FakeSpotify fake = await FakeSpotify.StartAsync();
        HttpStatusCode? statusCode = status == "none" ? null : (HttpStatusCode)int.Parse(status, CultureInfo.InvariantCulture);
        fake.TokenResponse = statusCode is null ? FakeResponse.ConnectionReset
            : body.StartsWith('{') ? FakeResponse.Json(body, statusCode.Value)
            : FakeResponse.Text(body, statusCode.Value, "text/html");

        TokenRequestException failure = await Assert.ThrowsAsync<TokenRequestException>(() => GetTrackAsync(fake));

        Assert.Equal(isTransient, failure.IsTransient);
        Assert.Equal(statusCode, failure.StatusCode);
        Assert.Empty(fake.ApiRequests);
        Assert.All(
            (string?[])[failure.Error, failure.ErrorDescription],
            text => Assert.Contains(text ?? "", body, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(ApiResponses))]
    public async Task SendAsync_WithAResponseOfTheTable_ReplacesTheTokenAsTheTableSays(int status, string words, string isReplaced)
    {
        await using FakeSpotify fake = await FakeSpotify.StartAsync();
        fake.EnqueueApiResponse(words.StartsWith('<')
            ? FakeResponse.Text(words, (HttpStatusCode)status, "text/html")
            : FakeResponse.Json($$$"""{"error":{"status":{{{status}}},"message":"{{{words}}}"}}""", (HttpStatusCode)status));

        using HttpResponseMessage response = await GetTrackAsync(fake);

        bool isReplacedByLibrary = response.StatusCode == HttpStatusCode.OK;
        Assert.Equal(isReplaced, isReplacedByLibrary ? "yes" : "no");
        Assert.Equal(isReplacedByLibrary ? 2 : 1, fake.TokenRequests.Count);
        Assert.Equal(isReplacedByLibrary ? 2 : 1, fake.ApiRequests.Count);
        Assert.Equal(isReplacedByLibrary ? HttpStatusCode.OK : (HttpStatusCode)status, response.StatusCode);
    }

    private static async Task<HttpResponseMessage> GetTrackAsync(FakeSpotify fake)
    {
        TestClock clock = new();
        using RecordingLoggerProvider logs = new();
        ServiceCollection services = new();
        services.AddSingleton<TimeProvider>(clock);
        services.AddLogging(logging => logging.AddProvider(logs));
        services.AddSpotifyClientCredentials(fake.Configure);
        services.AddHttpClient("spotify").AddSpotifyBearerToken();
        await using ServiceProvider provider = services.BuildServiceProvider();
        using HttpClient spotify = provider.GetRequiredService<IHttpClientFactory>().CreateClient("spotify");
        return await logs.PassAsync(clock, () => spotify.GetAsync(new Uri($"tracks/{ReadmeApp.TrackId}", UriKind.Relative)));
    }
}
