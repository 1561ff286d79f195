using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Testing;

/// <summary>Sends requests to <see cref="FakeSpotify"/> without the library under test.</summary>
internal static class FakeSpotifyClient
{
    public static HttpClient CreateClient(this FakeSpotify fake)
    {
        SocketsHttpHandler handler = new() { AllowAutoRedirect = false, UseProxy = false };
        return new HttpClient(handler) { BaseAddress = fake.ApiBaseAddress, Timeout = Soon.HangLimit };
    }

    public static string Basic(string id, string secret) => "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{id}:{secret}"));

    public static HttpRequestMessage CreateTokenRequest(
        this FakeSpotify fake,
        string? authorization = null,
        string body = "grant_type=client_credentials",
        string? contentType = "application/x-www-form-urlencoded")
    {
        ByteArrayContent content = new(Encoding.UTF8.GetBytes(body));
        HttpRequestMessage request = new(HttpMethod.Post, fake.TokenEndpoint) { Content = content };
        request.Content.Headers.ContentType = contentType is null ? null : MediaTypeHeaderValue.Parse(contentType);
        _ = request.Headers.TryAddWithoutValidation("Authorization", authorization ?? Basic(fake.ClientId, fake.ClientSecret));
        return request;
    }

    public static async Task<string> GetTokenAsync(this HttpClient client, FakeSpotify fake)
    {
        using HttpRequestMessage request = fake.CreateTokenRequest();
        using HttpResponseMessage response = await client.SendAsync(request);
        using JsonDocument json = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return json.RootElement.GetProperty("access_token").GetString()!;
    }

    public static async Task<HttpResponseMessage> GetAsync(this HttpClient client, string path, string? token)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, path);
        if (token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        return await client.SendAsync(request);
    }

    public static async Task<JsonElement> ReadJsonAsync(this HttpResponseMessage response)
    {
        using JsonDocument json = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return json.RootElement.Clone();
    }
}
