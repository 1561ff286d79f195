using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Readme;

namespace SpotifyClientCredentials.SystemTests.Samples.CatalogWeb;

/// <summary>The page, and all that it may load.</summary>
public sealed class WebPageTests
{
    [Fact]
    public async Task Page_Requested_AllowsNoScriptButItsOwn()
    {
        await using WebProcess web = await WebProcess.StartAsync();

        using HttpResponseMessage response = await web.Client.GetAsync("");

        Assert.Equal("text/html", response.Content.Headers.ContentType?.MediaType);
        string policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));
        Assert.Matches("^default-src 'none'; script-src 'self'; style-src 'self'; ", policy);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        string page = await response.Content.ReadAsStringAsync();
        Assert.DoesNotMatch("<script(?![^>]* src=)|<style| style=| on[a-z]+=", page);
    }

    [Fact]
    public void Page_WithItsScriptAndStyle_IsThreeFilesThatNameNoOtherServer()
    {
        string[] files = Directory.GetFiles(Path.Combine(Repository.Root, "samples", "CatalogWeb", "wwwroot"), "*", SearchOption.AllDirectories);

        Assert.Equal(["app.js", "index.html", "style.css"], files.Select(Path.GetFileName).Order());
        Assert.All(files, file => Assert.DoesNotMatch("//(?!www.w3.org/2000/svg')[a-z]", Regex.Replace(File.ReadAllText(file), "^ *// .*$", "", RegexOptions.Multiline)));
    }

    [Fact]
    public async Task FakeControls_WithCredentials_AreNotThere()
    {
        await using FakeSpotify fake = await FakeSpotify.StartAsync();
        await using WebProcess web = await WebProcess.StartAsync(WebProcess.CredentialsOf(fake));

        foreach (string control in new[] { "revoke", "token-endpoint/down", "token-endpoint/up" })
        {
            using HttpResponseMessage response = await web.Client.PostAsync($"fake/{control}", null);
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        }

        using HttpResponseMessage health = await web.Client.GetAsync("health");
        Assert.Equal((HttpStatusCode.OK, "Healthy"), (health.StatusCode, await health.Content.ReadAsStringAsync()));
    }

    [Fact]
    public void Readme_OnTheWebSample_NamesTheAddressOfItsLaunchSettings()
    {
        string settings = File.ReadAllText(Path.Combine(Repository.Root, "samples", "CatalogWeb", "Properties", "launchSettings.json"));
        string address = JsonDocument.Parse(settings).RootElement
            .GetProperty("profiles").GetProperty("CatalogWeb").GetProperty("applicationUrl").GetString()!;

        Assert.Contains($"`dotnet run --project samples/CatalogWeb`", MarkdownFile.Readme.Text, StringComparison.Ordinal);
        Assert.Contains($"<{address}>", MarkdownFile.Readme.Text, StringComparison.Ordinal);
    }
}
