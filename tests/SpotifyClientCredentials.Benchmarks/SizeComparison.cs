using System.Diagnostics;
using System.Globalization;
using SpotifyClientCredentials.Benchmarks.Paired;
using SpotifyClientCredentials.Benchmarks.Report;
using SpotifyClientCredentials.Testing;

namespace SpotifyClientCredentials.Benchmarks;

/// <summary>Measures what the library adds to a small NativeAOT application and to an empty ASP.NET Core application.</summary>
internal sealed class SizeComparison(bool isMiniature)
{
    private static readonly string Folder = Path.Combine(Readme.Root(), "artifacts", "size");

    private readonly int _pairs = isMiniature ? 1 : 101;

    public async Task<Table> RunAsync()
    {
        string plain = await PublishAheadOfTimeAsync("plain", """
            using Microsoft.Extensions.DependencyInjection;
            var services = new ServiceCollection();
            services.AddHttpClient("spotify");
            using var provider = services.BuildServiceProvider();
            using var client = provider.GetRequiredService<System.Net.Http.IHttpClientFactory>().CreateClient("spotify");
            System.Console.WriteLine(await client.GetStringAsync(args[1] + "tracks/1"));
            """);
        string byHand = await PublishAheadOfTimeAsync("by-hand", """
            using System;
            using System.Net.Http;
            using System.Net.Http.Headers;
            using System.Text;
            using System.Text.Json;
            using Microsoft.Extensions.DependencyInjection;
            var services = new ServiceCollection();
            services.AddHttpClient("accounts");
            services.AddHttpClient("spotify");
            using var provider = services.BuildServiceProvider();
            using var accounts = provider.GetRequiredService<IHttpClientFactory>().CreateClient("accounts");
            using var client = provider.GetRequiredService<IHttpClientFactory>().CreateClient("spotify");
            using var request = new HttpRequestMessage(HttpMethod.Post, args[0]) { Content = new FormUrlEncodedContent([new("grant_type", "client_credentials")]) };
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes("id:secret")));
            using var response = await accounts.SendAsync(request);
            using var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", body.RootElement.GetProperty("access_token").GetString());
            Console.WriteLine(await client.GetStringAsync(args[1] + "tracks/1"));
            """);
        string library = await PublishAheadOfTimeAsync("library", """
            using Microsoft.Extensions.DependencyInjection;
            using SpotifyClientCredentials;
            var services = new ServiceCollection();
            services.AddSpotifyClientCredentials(options =>
            {
                (options.ClientId, options.ClientSecret) = ("id", "secret");
                (options.TokenEndpoint, options.ApiBaseAddress) = (new System.Uri(args[0]), new System.Uri(args[1]));
            });
            services.AddHttpClient("spotify").AddSpotifyBearerToken();
            using var provider = services.BuildServiceProvider();
            using var client = provider.GetRequiredService<System.Net.Http.IHttpClientFactory>().CreateClient("spotify");
            System.Console.WriteLine(await client.GetStringAsync("tracks/1"));
            """);
        double start = await CompareRunsAsync(library, plain, tokenRequestsOfOther: 0);
        double startByHand = await CompareRunsAsync(library, byHand, tokenRequestsOfOther: 1);
        int assemblies = await CountAssembliesAsync("web-library", isWithLibrary: true) - await CountAssembliesAsync("web-plain", isWithLibrary: false);
        return new Table(
            "What the library adds",
            ["", "with the library"],
            [
                ["size of a NativeAOT console app that sends one request through IHttpClientFactory", $"× {Text(new FileInfo(library).Length / (double)new FileInfo(plain).Length)}"],
                ["its run, token request included, median of pairs", $"× {Text(start)}"],
                ["its run, relative to one that requests a token by hand, median of pairs", $"× {Text(startByHand)}"],
                ["assemblies in an empty ASP.NET Core app", $"+ {assemblies}"],
            ]);
    }

    /// <returns>How long a run of <paramref name="library"/> takes, relative to <paramref name="other"/>: from the start of the process to its end.</returns>
    private async Task<double> CompareRunsAsync(string library, string other, int tokenRequestsOfOther)
    {
        await using FakeSpotify fake = await FakeSpotify.StartAsync();
        fake.TokenResponse = FakeResponse.Json("""{"access_token":"BQsize","token_type":"Bearer","expires_in":3600}""");
        fake.ApiResponse = FakeResponse.Json("""{"name":"a track"}""");
        string addresses = $"{fake.TokenEndpoint} {fake.ApiBaseAddress}";
        double ratio = await Pairs.MedianRatioAsync(_pairs, () => RunAsync(library, addresses), () => RunAsync(other, addresses));
        return fake.TokenRequests.Count == (1 + tokenRequestsOfOther) * _pairs && fake.ApiRequests.Count == 2 * _pairs
            ? ratio
            : throw new InvalidOperationException($"{_pairs} pairs sent {fake.TokenRequests.Count} token requests and {fake.ApiRequests.Count} API requests.");
    }

    private static async Task<string> PublishAheadOfTimeAsync(string name, string program)
    {
        string folder = Create(name, "Microsoft.NET.Sdk", program, isWithLibrary: name == "library", """
            <OutputType>Exe</OutputType>
            <PublishAot>true</PublishAot>
            <InvariantGlobalization>true</InvariantGlobalization>
            """);
        await RunAsync("dotnet", $"publish \"{folder}\" -c Release --use-current-runtime -o \"{folder}/out\"");
        return Path.Combine(folder, "out", OperatingSystem.IsWindows() ? $"{name}.exe" : name);
    }

    private static async Task<int> CountAssembliesAsync(string name, bool isWithLibrary)
    {
        string folder = Create(name, "Microsoft.NET.Sdk.Web", "Microsoft.AspNetCore.Builder.WebApplication.CreateBuilder(args).Build().Run();", isWithLibrary, "");
        await RunAsync("dotnet", $"publish \"{folder}\" -c Release -o \"{folder}/out\"");
        return Directory.GetFiles(Path.Combine(folder, "out"), "*.dll").Length;
    }

    private static string Create(string name, string sdk, string program, bool isWithLibrary, string properties)
    {
        string folder = Path.Combine(Folder, name);
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        Directory.CreateDirectory(folder);
        string reference = isWithLibrary
            ? """<ProjectReference Include="../../../src/SpotifyClientCredentials/SpotifyClientCredentials.csproj" />"""
            : sdk.EndsWith("Web", StringComparison.Ordinal) ? "" : """<PackageReference Include="Microsoft.Extensions.Http" />""";
        File.WriteAllText(Path.Combine(folder, $"{name}.csproj"), $"""
            <Project Sdk="{sdk}">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <EnforceCodeStyleInBuild>false</EnforceCodeStyleInBuild>
                <NoWarn>$(NoWarn);CS1591</NoWarn><!-- not public API -->
                {properties}
              </PropertyGroup>
              <ItemGroup>{reference}</ItemGroup>
            </Project>
            """);
        File.WriteAllText(Path.Combine(folder, "Program.cs"), program);
        return folder;
    }

    /// <returns>The elapsed time in milliseconds.</returns>
    private static async Task<double> RunAsync(string file, string arguments)
    {
        long startedAt = Stopwatch.GetTimestamp();
        using Process process = Process.Start(new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        double took = Stopwatch.GetElapsedTime(startedAt).TotalMilliseconds;
        return process.ExitCode == 0 ? took : throw new InvalidOperationException($"{file} {arguments} failed: {output}{await errors}");
    }

    private static string Text(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);
}
