using System.Diagnostics;
using SpotifyClientCredentials.Testing;

// Runs a command with a FakeSpotify app in its environment variables and prints how many requests it sent.
await using FakeSpotify spotify = await FakeSpotify.StartAsync();
using Process command = Process.Start(new ProcessStartInfo(args[0], args[1..])
{
    Environment =
    {
        ["Spotify__ClientId"] = spotify.ClientId,
        ["Spotify__ClientSecret"] = spotify.ClientSecret,
        ["Spotify__TokenEndpoint"] = spotify.TokenEndpoint.AbsoluteUri,
        ["Spotify__ApiBaseAddress"] = spotify.ApiBaseAddress.AbsoluteUri,
    },
})!;
await command.WaitForExitAsync();
Console.WriteLine($"Token requests: {spotify.TokenRequests.Count}, API requests: {spotify.ApiRequests.Count}");
return command.ExitCode;
